package dev.slipway.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.plan.reading.PlanSource;
import dev.slipway.plan.reading.PlanSource.Kind;
import dev.slipway.trust.Sha256;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A repository of somebody who may push, and would like to run something on the worker. */
class GitRepositoryTest {

    @TempDir
    Path home;

    private Path pushed;
    private GitRepository repository;

    @BeforeEach
    void setUp() throws Exception {
        pushed = Files.createDirectories(home.resolve("pushed"));
        git("init", "--quiet", "--initial-branch=main");
        Files.writeString(pushed.resolve("switch"), "#!/bin/sh\necho good\n");
        Files.setPosixFilePermissions(pushed.resolve("switch"), PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(pushed.resolve("slipway.yaml"), "slipway: 1\n");
        commit("first");
        repository = worker("main");
    }

    private GitRepository worker(String... branches) {
        return new GitRepository(pushed.toString(), List.of(branches), home.resolve("copy"));
    }

    @Test
    void aPersonComesToStandInTheFolderAtTheCommit() throws Exception {
        Path folder = Files.createDirectories(pushed.resolve("it's here"));
        Files.writeString(folder.resolve("version"), "1\n");
        String first = commit("a folder");
        Files.writeString(folder.resolve("version"), "2\n");
        commit("another version");

        String commands = repository.checkOutByHand(first, "it's here");

        Process shell = new ProcessBuilder("bash", "-c", commands + " && cat version && rm -rf \"$d\"")
                .redirectErrorStream(true)
                .start();
        assertThat(new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo("1\n");
    }

    private String git(String... arguments) throws Exception {
        List<String> argv = new ArrayList<>(List.of(
                "git",
                "-c",
                "user.name=mallory",
                "-c",
                "user.email=mallory@example.com",
                "-c",
                "commit.gpgsign=false",
                "-c",
                "protocol.file.allow=always"));
        argv.addAll(List.of(arguments));
        Process process = new ProcessBuilder(argv)
                .directory(pushed.toFile())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output.strip();
    }

    private String commit(String message) throws Exception {
        git("add", "--all");
        git("commit", "--quiet", "--message", message);
        return git("rev-parse", "HEAD");
    }

    private static String text(SourceTree tree, String path) {
        return new String(tree.read(path).orElseThrow(), StandardCharsets.UTF_8);
    }

    @Test
    void noFilterNoAttributeAndNoHookRuns() throws Exception {
        Path ran = home.resolve("ran");
        git("config", "filter.evil.smudge", "touch " + ran);
        git("config", "filter.evil.clean", "cat");
        git("config", "filter.evil.required", "true");
        Files.writeString(pushed.resolve(".gitattributes"), "* filter=evil diff=evil text eol=crlf\n");
        Files.writeString(pushed.resolve("lines"), "one\ntwo\n");
        String commit = commit("filters");
        for (String hook : List.of("post-checkout", "reference-transaction", "post-merge", "update")) {
            for (Path where : List.of(pushed.resolve(".git/hooks"), home.resolve("copy/hooks"))) {
                Files.createDirectories(where);
                Path file = Files.writeString(where.resolve(hook), "#!/bin/sh\ntouch " + ran + "\n");
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
        }
        Files.deleteIfExists(ran);

        SourceTree tree = repository.at(commit, "", "main");

        assertThat(text(tree, "lines")).isEqualTo("one\ntwo\n");
        assertThat(text(tree, "switch")).isEqualTo("#!/bin/sh\necho good\n");
        assertThat(tree.executable("switch")).isTrue();
        assertThat(tree.executable("slipway.yaml")).isFalse();
        assertThat(ran).doesNotExist();
    }

    @Test
    void aSubmoduleIsNothing() throws Exception {
        Path other = Files.createDirectories(home.resolve("other"));
        Path back = pushed;
        pushed = other;
        git("init", "--quiet", "--initial-branch=main");
        Files.writeString(other.resolve("evil"), "evil");
        commit("other");
        pushed = back;
        git("submodule", "--quiet", "add", other.toString(), "module");
        String commit = commit("module");

        SourceTree tree = repository.at(commit, "", "main");

        assertThat(tree.kind("module")).isEqualTo(Kind.ABSENT);
        assertThat(tree.kind("module/evil")).isEqualTo(Kind.ABSENT);
        assertThat(tree.list("")).doesNotContain("module").contains(".gitmodules", "switch");
        assertThat(home.resolve("copy/modules")).doesNotExist();
    }

    @Test
    void aLinkIsALinkAndNeverRead() throws Exception {
        Files.createSymbolicLink(pushed.resolve("passwd"), Path.of("/etc/passwd"));
        Files.createSymbolicLink(pushed.resolve("folder"), Path.of("/etc"));
        SourceTree tree = repository.at(commit("links"), "", "main");

        assertThat(tree.kind("passwd")).isEqualTo(Kind.SYMLINK);
        assertThat(tree.read("passwd")).isEmpty();
        assertThat(tree.read("folder/passwd")).isEmpty();
        assertThatThrownBy(() -> WorkingDirectory.layOut(
                        home.resolve("work"), tree, Map.of("passwd", Sha256.hex("/etc/passwd"))))
                .isInstanceOf(SourceRefused.class);
    }

    @Test
    void namesAreWhatTheyAre() throws Exception {
        for (String name : List.of("ünïcode", "a\nb", "tab\there", "quote\"s", " lead", "-dash", "back\\slash", "日本")) {
            Files.writeString(pushed.resolve(name), name);
        }
        Files.createDirectories(pushed.resolve("sub folder/db"));
        Files.writeString(pushed.resolve("sub folder/db/V1.sql"), "select 1");
        String commit = commit("names");
        SourceTree tree = repository.at(commit, "", "main");

        for (String name : List.of("ünïcode", "a\nb", "tab\there", "quote\"s", " lead", "-dash", "back\\slash", "日本")) {
            assertThat(text(tree, name)).isEqualTo(name);
        }
        assertThat(repository.at(commit, "sub folder", "main").list("db")).containsExactly("db/V1.sql");
        assertThat(repository.at(commit, "sub folder", "main").read("switch")).isEmpty();
    }

    @Test
    void noPathLeadsOutOfTheTree() throws Exception {
        String commit = git("rev-parse", "HEAD");
        SourceTree tree = repository.at(commit, "", "main");
        for (String path : List.of("..", "../pushed/switch", "/etc/passwd", "./switch", "", ".git/config")) {
            assertThat(tree.read(path)).as(path).isEmpty();
        }
        for (String folder : List.of("..", "../..", "/etc", ":(top)", ":/", "nowhere")) {
            try {
                assertThat(repository.at(commit, folder, "main").list(""))
                        .as(folder)
                        .isEmpty();
            } catch (SourceRefused refused) {
                assertThat(refused).hasMessageContaining(commit);
            }
        }
    }

    @Test
    void onlyAFullCommitIdNamesACommit() throws Exception {
        String commit = git("rev-parse", "HEAD");
        for (String name : List.of(
                "main",
                "HEAD",
                "",
                commit.substring(0, 12),
                "--upload-pack=touch x",
                commit + "^",
                commit.toUpperCase())) {
            if (!name.equals(commit)) {
                assertThatThrownBy(() -> repository.at(name, "", "main"))
                        .as(name)
                        .isInstanceOf(SourceRefused.class);
            }
        }
        assertThatThrownBy(() -> repository.at("a".repeat(40), "", "main"))
                .isInstanceOf(SourceRefused.class)
                .hasMessageContaining("push it, then ask again");
        String tree = git("rev-parse", "HEAD^{tree}");
        assertThatThrownBy(() -> repository.at(tree, "", "main")).isInstanceOf(SourceRefused.class);
    }

    @Test
    void aCommitOfAnotherBranchIsRefused() throws Exception {
        git("checkout", "--quiet", "-b", "feature");
        Files.writeString(pushed.resolve("switch"), "evil");
        String commit = commit("evil");

        assertThatThrownBy(() -> repository.at(commit, "", "main"))
                .isInstanceOf(SourceRefused.class)
                .hasMessageContaining("is on the branches [feature]");
        assertThatThrownBy(() -> repository.at(commit, "", ""))
                .isInstanceOf(SourceRefused.class)
                .hasMessageContaining("only commits on [main]");
        assertThatThrownBy(() -> repository.at(commit, "", "feature"))
                .isInstanceOf(SourceRefused.class)
                .hasMessageContaining("is not among those that this worker releases from");
    }

    @Test
    void aBranchThatIsOnlyCalledAlikeIsRefused() throws Exception {
        String main = git("rev-parse", "HEAD");
        for (String alike : List.of("heads/main", "refs/heads/main", "origin/main", "Main2", "main2")) {
            git("checkout", "--quiet", "-b", alike, main);
            Files.writeString(pushed.resolve("switch"), alike);
            String commit = commit(alike);
            assertThatThrownBy(() -> repository.at(commit, "", "main"))
                    .as(alike)
                    .isInstanceOf(SourceRefused.class);
            git("checkout", "--quiet", "--detach", main);
        }
        assertThat(repository.at(main, "", "main").read("switch")).isPresent();
    }

    @Test
    void aCommitThatWasForcedOffItsBranchIsRefused() throws Exception {
        Files.writeString(pushed.resolve("switch"), "approved");
        String approved = commit("approved");
        assertThat(text(repository.at(approved, "", "main"), "switch")).isEqualTo("approved");
        git("reset", "--quiet", "--hard", "HEAD^");
        Files.writeString(pushed.resolve("switch"), "other");
        commit("other");

        assertThatThrownBy(() -> repository.at(approved, "", "main"))
                .isInstanceOf(SourceRefused.class)
                .hasMessageContaining("is on no branch");
        assertThat(text(repository.judged(approved, ""), "switch"))
                .as("what was opened goes on with what was opened")
                .isEqualTo("approved");
    }

    @Test
    void aReplacedObjectIsNotTaken() throws Exception {
        String commit = git("rev-parse", "HEAD");
        String good = git("rev-parse", "HEAD:switch");
        Files.writeString(home.resolve("evil"), "evil");
        String evil = git("hash-object", "-w", home.resolve("evil").toString());
        git("replace", good, evil);

        assertThat(text(repository.at(commit, "", "main"), "switch")).isEqualTo("#!/bin/sh\necho good\n");
    }

    @Test
    void aRepositoryThatIsNotThereIsAnOutage() {
        GitRepository gone =
                new GitRepository(home.resolve("nowhere").toString(), List.of(), home.resolve("copy-of-nothing"));

        assertThatThrownBy(() -> gone.at("a".repeat(40), "", "main"))
                .isInstanceOf(SourceUnavailable.class)
                .hasMessageContaining("can't be fetched");
    }

    @Test
    void aRepositoryThatNeverAnswersIsAnOutage() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            GitRepository hanging = new GitRepository(
                    "git://127.0.0.1:" + silent.getLocalPort() + "/shop",
                    List.of(),
                    home.resolve("hanging"),
                    Duration.ofSeconds(1));

            assertThatThrownBy(() -> hanging.at("a".repeat(40), "", "main"))
                    .isInstanceOf(SourceUnavailable.class)
                    .hasMessageContaining("did not answer within 1 s");
        }
    }

    @Test
    void theSourceOfAPlanIsThisOne() {
        assertThat(repository.differs(pushed.toString(), "")).isEmpty();
        assertThat(repository.differs("git@evil.example.com:shop.git", "")).contains("but this worker reads from");
        assertThat(repository.differs("", ".")).contains("is a directory");
    }

    @Test
    void layingOutTakesTheNamedFilesAndNothingElse() throws Exception {
        Files.writeString(pushed.resolve("other"), "not named");
        SourceTree tree = repository.at(commit("other"), "", "main");
        Path folder = Files.createDirectories(home.resolve("work"));
        Files.writeString(folder.resolve("left-over"), "of an earlier attempt");

        WorkingDirectory.layOut(folder, tree, Map.of("switch", Sha256.hex("#!/bin/sh\necho good\n")));

        try (var files = Files.walk(folder)) {
            assertThat(files.filter(Files::isRegularFile).map(folder::relativize))
                    .containsExactly(Path.of("switch"));
        }
        assertThat(Files.isExecutable(folder.resolve("switch"))).isTrue();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                .isEqualTo("rwx------");
    }

    @Test
    void oneDifferingByteLaysNothingOut() throws Exception {
        SourceTree tree = repository.at(git("rev-parse", "HEAD"), "", "main");
        Map<String, String> files = new LinkedHashMap<>();
        files.put("switch", Sha256.hex("#!/bin/sh\necho good\n"));
        files.put("slipway.yaml", Sha256.hex("slipway: 2\n"));

        assertThatThrownBy(() -> WorkingDirectory.layOut(home.resolve("work"), tree, files))
                .isInstanceOf(SourceRefused.class)
                .hasMessageContaining("'slipway.yaml' is not the one that was approved");
        assertThat(home.resolve("work")).doesNotExist();
    }

    @Test
    void layingOutNeverWritesOutsideItsFolder() throws Exception {
        byte[] content = "evil".getBytes(StandardCharsets.UTF_8);
        for (String path :
                List.of("../escaped", "a/../../escaped", home.resolve("escaped").toString())) {
            SourceTree tree = tree(Map.of(path, content));
            assertThatThrownBy(() ->
                            WorkingDirectory.layOut(home.resolve("work"), tree, Map.of(path, Sha256.hex(content))))
                    .as(path)
                    .isInstanceOf(SourceRefused.class)
                    .hasMessageContaining("outside its folder");
        }
        assertThat(home.resolve("escaped")).doesNotExist();
    }

    private static SourceTree tree(Map<String, byte[]> files) {
        PlanSource memory = PlanSource.of(files);
        return new SourceTree() {
            @Override
            public boolean executable(String path) {
                return false;
            }

            @Override
            public Kind kind(String path) {
                return Kind.FILE;
            }

            @Override
            public Optional<byte[]> read(String path) {
                return Optional.ofNullable(files.get(path));
            }

            @Override
            public List<String> list(String folder) {
                return memory.list(folder);
            }
        };
    }

    @Test
    void aLinkInADirectoryIsALinkAndNeverRead() throws IOException {
        Path secret = Files.writeString(home.resolve("outside"), "outside");
        Path folder = Files.createDirectories(home.resolve("directory"));
        Files.writeString(folder.resolve("file"), "inside");
        Files.createSymbolicLink(folder.resolve("link"), secret);
        Files.createSymbolicLink(folder.resolve("linked-folder"), home.resolve("pushed"));
        SourceTree tree = new DirectoryFiles(folder).at("", "", "");

        assertThat(tree.kind("link")).isEqualTo(Kind.SYMLINK);
        assertThat(tree.read("link")).isEmpty();
        assertThat(tree.kind("linked-folder")).isEqualTo(Kind.SYMLINK);
        assertThat(tree.list("linked-folder")).isEmpty();
        assertThat(tree.read("linked-folder/switch"))
                .as("through a linked folder")
                .isEmpty();
        assertThat(tree.read("../outside")).as("out of the folder").isEmpty();
        assertThat(tree.read(secret.toString())).as("an absolute path").isEmpty();
        assertThat(text(tree, "file")).isEqualTo("inside");
        assertThatThrownBy(() ->
                        WorkingDirectory.layOut(home.resolve("work"), tree, Map.of("link", Sha256.hex("outside"))))
                .isInstanceOf(SourceRefused.class);
    }

    @Test
    void twoEnvironmentsFetchIntoOneCopyOneAfterTheOther() throws Exception {
        Object turn = new Object();
        List<GitRepository> environments = List.of(
                new GitRepository(pushed.toString(), List.of(), home.resolve("shared"), turn),
                new GitRepository(pushed.toString(), List.of("main"), home.resolve("shared"), turn));
        for (int round = 0; round < 5; round++) {
            Files.writeString(pushed.resolve("switch"), "round " + round);
            String commit = commit("round " + round);

            List<CompletableFuture<Boolean>> reading = environments.stream()
                    .map(each -> CompletableFuture.supplyAsync(
                            () -> each.at(commit, "", "").read("switch").isPresent()))
                    .toList();

            for (CompletableFuture<Boolean> each : reading) {
                assertThat(each.get(60, TimeUnit.SECONDS)).isTrue();
            }
        }
    }
}
