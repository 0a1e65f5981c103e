package dev.slipway.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** How long a command takes whose process begins with it: whole processes, by turns, out of this checkout. */
final class ColdStart {

    private ColdStart() {}

    /** @param address of a Temporal that knows {@code shop/production} */
    static void measure(String address, int runs) throws IOException, InterruptedException {
        Path launcher = Path.of("slipway").toAbsolutePath();
        if (!Files.isExecutable(launcher)) {
            throw new IllegalStateException(launcher + " is not there; start this in the checkout's own folder");
        }
        List<String> status = List.of(launcher.toString(), "status", "shop/production");
        List<String> describe =
                List.of("temporal", "workflow", "describe", "--workflow-id", "environment:shop:production");
        List<String> java =
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-version");
        // the first start makes the archive of classes
        millis(status, address);
        Figures ofStatus = new Figures();
        Figures ofDescribe = new Figures();
        Figures ofJava = new Figures();
        for (int run = 0; run < runs; run++) {
            ofStatus.add(millis(status, address));
            ofDescribe.add(millis(describe, address));
            ofJava.add(millis(java, address));
        }
        System.out.println("  slipway status shop/production, the whole process: " + ofStatus);
        System.out.println("  temporal workflow describe of the same environment: " + ofDescribe);
        System.out.println("  java -version: " + ofJava);
    }

    private static double millis(List<String> command, String address) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("TEMPORAL_ADDRESS", address);
        long began = System.nanoTime();
        int code = builder.start().waitFor();
        long took = System.nanoTime() - began;
        if (code != 0) {
            throw new IllegalStateException(String.join(" ", command) + " ended with " + code);
        }
        return took / 1e6;
    }
}
