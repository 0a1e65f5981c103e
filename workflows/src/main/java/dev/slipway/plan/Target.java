package dev.slipway.plan;

import static dev.slipway.plan.Absent.list;
import static dev.slipway.plan.Absent.map;
import static dev.slipway.plan.Absent.text;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Something that a version is deployed to.
 *
 * @param name unique in the plan
 * @param command the three commands of a {@code command} target; a list of none or one, so that other kinds of
 *     target can stand beside it
 * @param config names to texts or {@code $NAME}: environment variables of the commands, or of the service or app
 * @param railway a service at Railway; a list of none or one
 * @param heroku an app at Heroku; a list of none or one
 */
public record Target(
        String name,
        List<CommandTarget> command,
        Map<String, String> config,
        List<RailwayTarget> railway,
        List<HerokuTarget> heroku) {
    public Target {
        name = text(name);
        command = list(command);
        config = map(config);
        railway = list(railway);
        heroku = list(heroku);
    }

    public Target(String name, List<CommandTarget> command, Map<String, String> config) {
        this(name, command, config, List.of(), List.of());
    }

    public Optional<RailwayTarget> railwayIfAny() {
        return railway.stream().findFirst();
    }

    public Optional<HerokuTarget> herokuIfAny() {
        return heroku.stream().findFirst();
    }

    public Optional<CommandTarget> commandIfAny() {
        return command.stream().findFirst();
    }

    /**
     * A target that is driven by three commands, each an argv list, never shell text.
     *
     * @param deploy makes {@code ${version}} live
     * @param current prints the id of what is live on its last line, nothing where nothing is
     * @param rollBack makes {@code ${previous}} (what {@code current} printed before the deploy) live
     * @param files more files or folders that the commands need, beside their own relative paths
     */
    public record CommandTarget(List<String> deploy, List<String> current, List<String> rollBack, List<String> files) {
        public CommandTarget {
            deploy = list(deploy);
            current = list(current);
            rollBack = list(rollBack);
            files = list(files);
        }
    }

    /**
     * A service at Railway, deployed by commit.
     *
     * @param project id or name
     * @param service id or name
     * @param environment id or name
     * @param token {@code $NAME} of a secret
     * @param projectToken whether the token is a project's, and not an account's or a workspace's
     * @param autoDeploy whether the service may deploy by itself when something is pushed
     * @param api address of the API
     */
    public record RailwayTarget(
            String project,
            String service,
            String environment,
            String token,
            boolean projectToken,
            boolean autoDeploy,
            String api) {
        public RailwayTarget {
            project = text(project);
            service = text(service);
            environment = text(environment);
            token = text(token);
            api = text(api);
        }
    }

    /**
     * An app at Heroku, built from a tarball and released.
     *
     * @param source address of the tarball, with templates
     * @param token {@code $NAME} of a secret
     * @param api address of the API
     */
    public record HerokuTarget(String app, String source, String token, String api) {
        public HerokuTarget {
            app = text(app);
            source = text(source);
            token = text(token);
            api = text(api);
        }
    }
}
