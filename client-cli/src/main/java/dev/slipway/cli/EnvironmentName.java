package dev.slipway.cli;

import dev.slipway.release.ReleaseName;

/** {@code shop/production}. */
record EnvironmentName(String service, String environment) {

    EnvironmentName {
        if (!ReleaseName.PART.matcher(service).matches()
                || !ReleaseName.PART.matcher(environment).matches()) {
            throw new CommandStopped(
                    ExitCode.USAGE,
                    "'" + service + "/" + environment + "' is no environment; write it like 'shop/production'");
        }
    }

    static EnvironmentName of(ReleaseName release) {
        return new EnvironmentName(release.service(), release.environment());
    }

    ReleaseName release(String version) {
        return new ReleaseName(service, environment, version);
    }

    String workflow() {
        return ReleaseName.environmentWorkflowId(service, environment);
    }

    String text() {
        return service + "/" + environment;
    }
}
