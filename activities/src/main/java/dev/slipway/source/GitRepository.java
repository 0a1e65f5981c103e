package dev.slipway.source;

import dev.slipway.process.ShellText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * A bare copy of a git repository that is only ever read by {@code git cat-file} and {@code git ls-tree}: no checkout, so
 * no filter, hook, attribute or submodule of a pusher runs.
 */
public final class GitRepository implements Source {

    private static final String HEADS = "refs/heads/";
    private static final Duration LIMIT = Duration.ofSeconds(90);

    /** Nobody reads more before saying yes. */
    private static final int MOST_COMMITS = 500;

    private final String address;
    private final List<String> branches;
    private final Path copy;
    private final Duration limit;
    /** Held while the copy is fetched into; whoever shares the copy shares it. */
    private final Object turn;

    /**
     * @param branches whose commits may be released; empty for every branch
     * @param copy where the bare copy lies
     */
    public GitRepository(String address, List<String> branches, Path copy) {
        this(address, branches, copy, new Object());
    }

    /** @param turn the same object for every repository with the same copy: one at a time fetches into it */
    public GitRepository(String address, List<String> branches, Path copy, Object turn) {
        this(address, branches, copy, LIMIT, turn);
    }

    GitRepository(String address, List<String> branches, Path copy, Duration limit) {
        this(address, branches, copy, limit, new Object());
    }

    private GitRepository(String address, List<String> branches, Path copy, Duration limit, Object turn) {
        this.turn = turn;
        this.limit = limit;
        this.address = address;
        this.branches = List.copyOf(branches);
        this.copy = copy;
    }

    @Override
    public String checkOutByHand(String commit, String path) {
        return "d=$(mktemp -d) && git clone -q " + ShellText.quoted(address)
                + " \"$d\" && cd \"$d\" && git checkout -q " + commit
                + (path.isEmpty() ? "" : " && cd " + ShellText.quoted(path));
    }

    @Override
    public String differs(String git, String directory) {
        if (git.isEmpty()) {
            return "the plan's source is a directory, but this worker reads from the repository '" + address + "'";
        }
        return git.equals(address)
                ? ""
                : "the plan's source is '" + git + "', but this worker reads from '" + address + "'";
    }

    @Override
    public SourceTree at(String commit, String path, String branch) {
        if (!commit.matches("[0-9a-f]{40}|[0-9a-f]{64}")) {
            throw new SourceRefused("'" + commit + "' is no full commit id; a release from git needs one");
        }
        synchronized (turn) {
            fetch();
            onAnAllowedBranch(commit, branch);
            return new Tree(commit, path);
        }
    }

    @Override
    public SourceTree judged(String commit, String path) {
        synchronized (turn) {
            return new Tree(commit, path);
        }
    }

    @Override
    public List<Commit> between(String from, String to) {
        if (!from.matches("[0-9a-f]{40,64}") || !to.matches("[0-9a-f]{40,64}")) {
            return List.of();
        }
        synchronized (turn) {
            Result log = git(
                    "-C",
                    copy.toString(),
                    "log",
                    "-z",
                    "--no-show-signature",
                    "--max-count=" + MOST_COMMITS,
                    "--format=%H%n%an%n%ae%n%s",
                    from + ".." + to,
                    "--");
            // what is live may have been on a branch that is gone
            return log.exit() == 0 ? commits(log.text()) : List.of();
        }
    }

    private static List<Commit> commits(String log) {
        List<Commit> commits = new ArrayList<>();
        for (String each : log.split("\0")) {
            String[] lines = each.split("\n", 4);
            if (lines.length == 4) {
                commits.add(new Commit(lines[0], lines[1], lines[2], lines[3]));
            }
        }
        return commits;
    }

    private void fetch() {
        try {
            if (!Files.exists(copy.resolve("HEAD"))) {
                Files.createDirectories(copy);
                git("init", "--quiet", "--bare", copy.toString());
            }
        } catch (IOException e) {
            throw new SourceUnavailable(
                    "the copy of '" + address + "' in '" + copy + "' can't be made: " + e.getMessage());
        }
        Result fetched = git(
                "-C",
                copy.toString(),
                "fetch",
                "--quiet",
                "--prune",
                "--no-tags",
                "--no-recurse-submodules",
                address,
                "+refs/heads/*:refs/heads/*");
        if (fetched.exit() != 0) {
            throw new SourceUnavailable("the repository '" + address + "' can't be fetched: " + fetched.problem());
        }
    }

    private void onAnAllowedBranch(String commit, String branch) {
        if (!branch.isEmpty() && !branches.isEmpty() && !branches.contains(branch)) {
            throw new SourceRefused("the plan's branch '" + branch
                    + "' is not among those that this worker releases from: " + branches);
        }
        List<String> allowed = branch.isEmpty() ? branches : List.of(branch);
        Result containing =
                git("-C", copy.toString(), "for-each-ref", "--contains", commit, "--format=%(refname)", HEADS);
        if (containing.exit() != 0) {
            throw new SourceRefused("commit '" + commit + "' is not in '" + address + "'; push it, then ask again");
        }
        // the short names that git makes depend on which other refs a pusher has made
        List<String> on = containing
                .text()
                .lines()
                .map(name -> name.substring(HEADS.length()))
                .toList();
        if (on.stream().noneMatch(name -> allowed.isEmpty() || allowed.contains(name))) {
            throw new SourceRefused("commit '" + commit + "' of '" + address + "' is on "
                    + (on.isEmpty() ? "no branch" : "the branches " + on) + ", and only "
                    + (allowed.isEmpty() ? "commits on a branch" : "commits on " + allowed) + " may be released here");
        }
    }

    private record Result(int exit, byte[] output, String problem) {
        String text() {
            return new String(output, StandardCharsets.UTF_8);
        }
    }

    private Result git(String... arguments) {
        return git(new byte[0], arguments);
    }

    private Result git(byte[] input, String... arguments) {
        List<String> argv = new ArrayList<>(List.of("git", "-c", "core.hooksPath=/dev/null", "-c", "gc.auto=0"));
        argv.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(argv);
        builder.environment().put("GIT_TERMINAL_PROMPT", "0");
        builder.environment().putIfAbsent("GIT_SSH_COMMAND", "ssh -o BatchMode=yes");
        builder.environment().remove("GIT_DIR");
        builder.environment().remove("GIT_WORK_TREE");
        Optional<Process> started = Optional.empty();
        try {
            Process process = builder.start();
            started = Optional.of(process);
            ByteArrayOutputStream problems = new ByteArrayOutputStream();
            Thread errors = new Thread(() -> drain(process.getErrorStream(), problems), "git-stderr");
            errors.setDaemon(true);
            errors.start();
            Thread writer = new Thread(() -> feed(process, input), "git-stdin");
            writer.setDaemon(true);
            writer.start();
            ByteArrayOutputStream output = new ByteArrayOutputStream();
            Thread reader = new Thread(() -> drain(process.getInputStream(), output), "git-stdout");
            reader.setDaemon(true);
            reader.start();
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new SourceUnavailable(
                        "git did not answer within " + limit.toSeconds() + " s for '" + address + "'");
            }
            // it has ended, and so has what it wrote, unless a child of its own holds the pipe
            reader.join(limit.toMillis());
            errors.join(1000);
            if (reader.isAlive()) {
                throw new SourceUnavailable("git has ended, but a child of it has not, for '" + address + "'");
            }
            return new Result(
                    process.exitValue(),
                    output.toByteArray(),
                    problems.toString(StandardCharsets.UTF_8).strip().replace('\n', ' '));
        } catch (IOException e) {
            throw new SourceRefused("git can't be run (" + e.getMessage() + "); install git on this worker");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SourceUnavailable("interrupted while reading '" + address + "'");
        } finally {
            started.ifPresent(GitRepository::end);
        }
    }

    /** With its children: git speaks to a repository through them. */
    private static void end(Process process) {
        if (process.isAlive()) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static void drain(InputStream from, ByteArrayOutputStream into) {
        try {
            from.transferTo(into);
        } catch (IOException e) {
            // the process is gone, and its exit code says the rest
        }
    }

    private static void feed(Process process, byte[] input) {
        try (var stdin = process.getOutputStream()) {
            stdin.write(input);
        } catch (IOException e) {
            // as above
        }
    }

    /** One commit's files below a folder, read when asked for. */
    private final class Tree implements SourceTree {

        private record Entry(Kind kind, String blob, boolean executable) {}

        private final TreeMap<String, Entry> entries = new TreeMap<>();
        private final Map<String, byte[]> blobs = new HashMap<>();
        private final String commit;

        Tree(String commit, String path) {
            this.commit = commit;
            String prefix = path.isEmpty() ? "" : path + "/";
            Result listed = git(
                    "-C",
                    copy.toString(),
                    "ls-tree",
                    "-r",
                    "-z",
                    "--full-tree",
                    commit,
                    "--",
                    path.isEmpty() ? "." : path);
            if (listed.exit() != 0) {
                throw new SourceRefused(
                        "commit '" + commit + "' of '" + address + "' can't be read: " + listed.problem());
            }
            for (String line : listed.text().split("\0")) {
                if (line.isEmpty()) {
                    continue;
                }
                String[] words = line.substring(0, line.indexOf('\t')).split(" ");
                String name = line.substring(line.indexOf('\t') + 1);
                if (name.startsWith(prefix)) {
                    entries.put(name.substring(prefix.length()), entry(words[0], words[2]));
                }
            }
        }

        private static Entry entry(String mode, String blob) {
            return switch (mode) {
                case "100644" -> new Entry(Kind.FILE, blob, false);
                case "100755" -> new Entry(Kind.FILE, blob, true);
                case "120000" -> new Entry(Kind.SYMLINK, blob, false);
                default -> new Entry(Kind.ABSENT, blob, false);
            };
        }

        @Override
        public Kind kind(String path) {
            Entry entry = entries.get(path);
            if (entry != null) {
                return entry.kind();
            }
            return list(path).isEmpty() ? Kind.ABSENT : Kind.FOLDER;
        }

        @Override
        public Optional<byte[]> read(String path) {
            Entry entry = entries.get(path);
            if (entry == null || entry.kind() != Kind.FILE) {
                return Optional.empty();
            }
            return Optional.of(blobs.computeIfAbsent(entry.blob(), this::blob));
        }

        private byte[] blob(String id) {
            Result content = git("-C", copy.toString(), "cat-file", "blob", id);
            if (content.exit() != 0) {
                throw new SourceRefused("a file of commit '" + commit + "' can't be read: " + content.problem());
            }
            return content.output();
        }

        @Override
        public List<String> list(String folder) {
            String prefix = folder.isEmpty() ? "" : folder + "/";
            return entries.entrySet().stream()
                    .filter(entry -> entry.getKey().startsWith(prefix))
                    .filter(entry -> entry.getValue().kind() != Kind.ABSENT)
                    .map(Map.Entry::getKey)
                    .toList();
        }

        @Override
        public boolean executable(String path) {
            Entry entry = entries.get(path);
            return entry != null && entry.executable();
        }
    }
}
