package dev.slipway.plan.reading;

/**
 * Which plan to make of a file: the environment, and what the file does not say itself.
 *
 * @param environment its name in the file
 * @param version the version to release
 * @param commit the full commit id; empty where the source is a directory
 * @param path folder of the plan file inside the repository, empty for its top
 * @param file name of the plan file in that folder
 */
public record PlanRequest(String environment, String version, String commit, String path, String file) {

    public static final String USUAL_FILE = "slipway.yaml";

    public PlanRequest {
        environment = environment == null ? "" : environment;
        version = version == null ? "" : version;
        commit = commit == null ? "" : commit;
        path = path == null ? "" : path;
        file = file == null || file.isEmpty() ? USUAL_FILE : file;
    }

    public PlanRequest(String environment, String version, String commit) {
        this(environment, version, commit, "", USUAL_FILE);
    }
}
