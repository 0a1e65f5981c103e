package dev.slipway.release;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a release: {@code shop/production@1.4.0}; and the ids that follow from it. They are contracts.
 *
 * @param service strict characters, see {@link #PART}
 */
public record ReleaseName(String service, String environment, String version) {
    public ReleaseName {
        service = service == null ? "" : service;
        environment = environment == null ? "" : environment;
        version = version == null ? "" : version;
    }

    /** What a service, an environment or a version may be called. */
    public static final Pattern PART = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+-]{0,63}");

    private static final Pattern TEXT = Pattern.compile("([^/@]+)/([^/@]+)@([^/@]+)");

    /** Reads {@code service/environment@version}. */
    public static Optional<ReleaseName> parse(String text) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        ReleaseName name = new ReleaseName(parts.group(1), parts.group(2), parts.group(3));
        return name.wellFormed() ? Optional.of(name) : Optional.empty();
    }

    public boolean wellFormed() {
        return PART.matcher(service).matches()
                && PART.matcher(environment).matches()
                && PART.matcher(version).matches();
    }

    /** {@code release:shop:production:1.4.0}. */
    public String workflowId() {
        return "release:" + service + ":" + environment + ":" + version;
    }

    /** {@code environment:shop:production}. */
    public String environmentWorkflowId() {
        return environmentWorkflowId(service, environment);
    }

    private static final String RESTORE = "restore-";

    public static String environmentWorkflowId(String service, String environment) {
        return "environment:" + service + ":" + environment;
    }

    /** {@code rollback:shop:production}. */
    public static String rollbackWorkflowId(String service, String environment) {
        return "rollback:" + service + ":" + environment;
    }

    /** {@code restore:shop:production}: one at a time. */
    public static String restoreWorkflowId(String service, String environment) {
        return "restore:" + service + ":" + environment;
    }

    /**
     * What stands for the version of a restore: {@code restore-1a2b3c4d}.
     *
     * @param wish id of the statement that asked for it
     */
    public static String restore(String wish) {
        return RESTORE + wish.substring(0, 8);
    }

    /** Whether what stands for a version is the name of a restore. */
    public static boolean isRestore(String version) {
        return version.matches(RESTORE + "[0-9a-f]{8}");
    }

    /** {@code drill:shop:production}. */
    public static String drillWorkflowId(String service, String environment) {
        return "drill:" + service + ":" + environment;
    }

    /** {@code shop/production@1.4.0}. */
    public String text() {
        return service + "/" + environment + "@" + version;
    }
}
