package dev.slipway.plan;

/** A gate in the words of a person. */
public final class GateText {

    private GateText() {}

    /** For instance {@code test, lint succeeded on GitHub (acme/shop) at the commit}. */
    public static String of(Gate gate) {
        return switch (gate.kind()) {
            case "released" -> released(gate.released().get(0));
            case "checks" -> checks(gate.checks().get(0));
            case "reviews" -> reviews(gate.reviews().get(0));
            case "protection" -> protection(gate.protection().get(0));
            case "command" -> String.join(" ", gate.command()) + " ends with 0";
            case "http" -> http(gate.http().get(0));
            case "number" -> number(gate.number().get(0));
            default -> "nothing that this version knows";
        };
    }

    private static String released(Gate.Released released) {
        return "released in " + released.in()
                + (released.time().isZero() ? "" : ", and live there for " + Durations.text(released.time()));
    }

    private static String checks(Gate.Checks checks) {
        return String.join(", ", checks.required()) + " succeeded on GitHub (" + checks.github() + ") at the commit"
                + (checks.app().isEmpty() ? "" : ", made by " + checks.app());
    }

    private static String reviews(Gate.Reviews reviews) {
        return "the pull request on GitHub (" + reviews.github() + ") was approved by " + reviews.approvals();
    }

    private static String protection(Gate.Protection protection) {
        return "branch " + protection.branch() + " of " + protection.github()
                + " is protected on GitHub: no force pushes, also not by administrators, "
                + protection.reviews() + " approvals"
                + (protection.required().isEmpty() ? "" : ", checks " + String.join(", ", protection.required()));
    }

    private static String http(Check check) {
        return check.http() + " answers " + AnswerText.of(check.status(), check.json());
    }

    private static String number(Gate.NumberGate number) {
        return number.at() + " in " + (number.file().isEmpty() ? number.url() : number.file()) + " is " + number.is();
    }
}
