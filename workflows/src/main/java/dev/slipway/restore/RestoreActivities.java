package dev.slipway.restore;

import dev.slipway.record.SignedText;
import dev.slipway.release.ReleaseActivities.GrantRequest;
import dev.slipway.release.ReleaseActivities.OpenResult;
import dev.slipway.release.ReleaseActivities.StepRequest;
import dev.slipway.release.ReleaseActivities.StepResult;
import dev.slipway.trust.SignedStatement;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;
import java.time.Instant;
import java.util.List;

/** What a restore asks of the worker that holds an environment's secrets. As with a release, it believes none of it. */
@ActivityInterface
public interface RestoreActivities {

    /** Judges the signed wish, chooses the backup from the record, and appends a grant for it. */
    @ActivityMethod
    OpenResult openRestore(OpenRestoreRequest request);

    /** Restores into a new database, beside the one that serves, and compares. */
    @ActivityMethod
    StepResult restore(StepRequest request);

    /** What came of it, signed by the worker. */
    @ActivityMethod
    Compared compared(GrantRequest request);

    /** Judges who has said yes to the comparison; where they are enough, it stands in the record. */
    @ActivityMethod
    ConfirmResult confirm(ConfirmRequest request);

    /** Judges a no and puts it into the record: afterwards no yes counts. {@code enough} says that the restore ends. */
    @ActivityMethod
    ConfirmResult refuse(RefuseRequest request);

    /** What is there now, dumped once more, so that the switch can be taken back. */
    @ActivityMethod
    StepResult backUpPresent(StepRequest request);

    /** What was restored takes the place of what is there, by the plan's way. Refused before people have confirmed it. */
    @ActivityMethod
    StepResult switchOver(StepRequest request);

    /** Restores the newest backup into a throw-away cluster of the worker, compares and measures. Changes nothing. */
    @ActivityMethod
    DrillResult drill(DrillRequest request);

    /** @param restore signed statement of kind restore; its what says which backup, its about is the record's base */
    record OpenRestoreRequest(
            String service, String environment, SignedStatement restore, String workflow, String run) {
        public OpenRestoreRequest {
            service = service == null ? "" : service;
            environment = environment == null ? "" : environment;
            restore = restore == null ? new SignedStatement("", "") : restore;
            workflow = workflow == null ? "" : workflow;
            run = run == null ? "" : run;
        }
    }

    /**
     * @param comparison see {@link Comparison}, signed with the environment's key
     * @param who may say yes to it
     * @param command what they type
     * @param until when it is too late
     */
    record Compared(SignedText comparison, List<String> who, String command, Instant until) {
        public Compared {
            comparison = comparison == null ? new SignedText("", "") : comparison;
            who = who == null ? List.of() : List.copyOf(who);
            command = command == null ? "" : command;
            until = until == null ? Instant.EPOCH : until;
        }
    }

    /** @param yes all that were said so far */
    record ConfirmRequest(String service, String environment, String grant, List<SignedStatement> yes) {
        public ConfirmRequest {
            service = service == null ? "" : service;
            environment = environment == null ? "" : environment;
            grant = grant == null ? "" : grant;
            yes = yes == null ? List.of() : List.copyOf(yes);
        }
    }

    /** @param no signed statement of kind reject about the restore's request */
    record RefuseRequest(String service, String environment, String grant, SignedStatement no) {
        public RefuseRequest {
            service = service == null ? "" : service;
            environment = environment == null ? "" : environment;
            grant = grant == null ? "" : grant;
            no = no == null ? new SignedStatement("", "") : no;
        }
    }

    /**
     * @param enough whether the switch may begin
     * @param text one sentence for who said it last
     * @param problems why the last one does not count; empty where it does
     * @param receipt the entry of the record that it became: none or one
     */
    record ConfirmResult(boolean enough, String text, List<String> problems, List<SignedText> receipt) {
        public ConfirmResult {
            text = text == null ? "" : text;
            problems = problems == null ? List.of() : List.copyOf(problems);
            receipt = receipt == null ? List.of() : List.copyOf(receipt);
        }
    }

    /**
     * @param drill signed statement of kind restore, whose what says that it is a drill
     * @param run of the workflow: another one may not use the same statement
     */
    record DrillRequest(String service, String environment, SignedStatement drill, String workflow, String run) {
        public DrillRequest {
            run = run == null ? "" : run;
            service = service == null ? "" : service;
            environment = environment == null ? "" : environment;
            drill = drill == null ? new SignedStatement("", "") : drill;
            workflow = workflow == null ? "" : workflow;
        }
    }

    /**
     * @param name of the drill, such as {@code drill-1a2b3c4d}
     * @param summary one sentence
     * @param lines what was measured, in words
     * @param met whether all that the plan asks for is met
     * @param closed the signed entry of the record
     */
    record DrillResult(String name, String summary, List<String> lines, boolean met, List<SignedText> closed) {
        public DrillResult {
            name = name == null ? "" : name;
            summary = summary == null ? "" : summary;
            lines = lines == null ? List.of() : List.copyOf(lines);
            closed = closed == null ? List.of() : List.copyOf(closed);
        }
    }
}
