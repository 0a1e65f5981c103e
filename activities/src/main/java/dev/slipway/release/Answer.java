package dev.slipway.release;

import dev.slipway.database.DatabaseRefused;
import dev.slipway.database.DatabaseUnavailable;
import dev.slipway.database.migrations.MigrationFailed;
import dev.slipway.database.reference.ReferenceDataChanged;
import dev.slipway.ledger.NewerEntry;
import dev.slipway.ledger.RecordRefused;
import dev.slipway.ledger.StoreUnavailable;
import dev.slipway.opening.Refused;
import dev.slipway.process.WorkInterrupted;
import dev.slipway.record.StepKind;
import dev.slipway.release.ReleaseActivities.StepRequest;
import dev.slipway.release.ReleaseActivities.StepResult;
import dev.slipway.secrets.SecretUnavailable;
import dev.slipway.served.Served;
import dev.slipway.served.ServedEnvironments;
import dev.slipway.source.SourceRefused;
import dev.slipway.source.SourceUnavailable;
import dev.slipway.steps.ActivityPulse;
import dev.slipway.steps.Effect;
import dev.slipway.steps.StepFailed;
import dev.slipway.steps.StepRefused;
import dev.slipway.steps.Steps;
import dev.slipway.steps.Unavailable;
import io.temporal.failure.ApplicationFailure;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/** The boundary to Temporal: every failure is classified here, once, with a stable type and a redacted sentence. */
public final class Answer {

    private Answer() {}

    /** Does the work for the environment that this worker serves. */
    public static <T> T of(
            ServedEnvironments environments, String service, String environment, Function<Served, T> work) {
        Served served = environments
                .find(service, environment)
                .orElseThrow(() -> ApplicationFailure.newFailure(
                        "this worker does not serve " + service + "/" + environment
                                + "; another one on the same queue has to, or its file has to list it",
                        FailureDetail.NOT_SERVED_HERE));
        return of(served, () -> work.apply(served));
    }

    /** Performs a step that changes something in the environment that this worker serves. */
    public static StepResult ofStep(
            ServedEnvironments environments, Steps steps, StepRequest request, StepKind kind, Effect effect) {
        return of(
                environments,
                request.service(),
                request.environment(),
                served -> steps.perform(served, request, kind, effect, ActivityPulse.current()));
    }

    /** Does the work, or what is left of it, for an environment that was found before. */
    public static <T> T of(Served served, Supplier<T> work) {
        try {
            return work.get();
        } catch (WorkInterrupted | ApplicationFailure passed) {
            throw passed;
        } catch (StepFailed failed) {
            throw last(
                    served,
                    served.secrets().redact(failed.getMessage(), failed.lines()),
                    FailureDetail.STEP_FAILED,
                    served.secrets().redact(failed.lines()));
        } catch (NewerEntry newer) {
            // an upgraded worker on the same queue, or this one after its upgrade, goes on with it
            throw ApplicationFailure.newFailure(newer.getMessage(), FailureDetail.UNAVAILABLE);
        } catch (Refused
                | StepRefused
                | RecordRefused
                | SourceRefused
                | DatabaseRefused
                | MigrationFailed
                | IllegalArgumentException refused) {
            throw last(served, refused.getMessage(), FailureDetail.REFUSED, List.of());
        } catch (DatabaseUnavailable
                | StoreUnavailable
                | SourceUnavailable
                | SecretUnavailable
                | ReferenceDataChanged
                | Unavailable unavailable) {
            throw ApplicationFailure.newFailure(
                    served.secrets().redact(unavailable.getMessage()), FailureDetail.UNAVAILABLE);
        } catch (RuntimeException unexpected) {
            throw ApplicationFailure.newFailure(
                    served.secrets()
                            .redact(unexpected.getClass().getSimpleName() + ": " + unexpected.getMessage() + " at "
                                    + place(unexpected)),
                    "Unexpected");
        }
    }

    private static ApplicationFailure last(Served served, String message, String type, List<String> lines) {
        return ApplicationFailure.newNonRetryableFailure(
                served.secrets().redact(message), type, new FailureDetail(lines));
    }

    private static String place(RuntimeException unexpected) {
        return unexpected.getStackTrace().length == 0 ? "an unknown place" : unexpected.getStackTrace()[0].toString();
    }
}
