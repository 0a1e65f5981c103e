package dev.slipway.plan;

/** Judges who has to say yes: whether a quorum can be reached, by people who are known. */
final class ApprovalMeaning {

    private final Problems problems;
    private final NamedMeaning named;
    private final Located root;

    ApprovalMeaning(Problems problems, NamedMeaning named, Located root) {
        this.problems = problems;
        this.named = named;
        this.root = root;
    }

    void approval(Located approval) {
        Located from = approval.at("from");
        named.people(from);
        authors(approval);
        Located remind = approval.at("remind");
        if (remind.there()
                && remind.sound()
                && approval.at("expires").sound()
                && remind.duration().compareTo(approval.duration("expires")) >= 0) {
            problems.add(
                    remind.place(),
                    Quoted.of(remind.text()) + " before the end is before the beginning: it expires after "
                            + approval.text("expires"),
                    "remind later, or wait longer");
        }
        Located quorum = approval.at("quorum");
        if (!approval.there()
                || !from.sound()
                || !from.there()
                || !quorum.sound()
                || !approval.at("not").sound()) {
            return;
        }
        int wanted = approval.number("quorum");
        int people = from.items().size();
        Located.Place place = quorum.there() ? quorum.place() : approval.place();
        if (wanted > people) {
            problems.add(
                    place,
                    "a quorum of " + wanted + " cannot be reached by " + people(people),
                    "name more people in `from`, or lower the quorum");
        } else if (approval.texts("not").contains("requester") && wanted > people - 1) {
            problems.add(
                    place,
                    "a quorum of " + wanted + " cannot be reached: "
                            + (people == 1 ? "the one person" : "one of the " + people + " people")
                            + " may be the requester, whose yes does not count",
                    "name more people in `from`, lower the quorum, or take `not: [requester]` out");
        }
    }

    private void authors(Located approval) {
        if (!approval.texts("not").contains("authors")) {
            return;
        }
        for (Located person : approval.at("from").items()) {
            Located emails = root.at("identities").at(person.text()).at("emails");
            if (person.sound() && emails.items().isEmpty()) {
                problems.add(
                        approval.at("not").place(),
                        "`authors` cannot be told: nobody knows which commits are by " + Quoted.of(person.text()),
                        "add `identities: {" + person.text() + ": {emails: [...]}}` at the top of the file");
            }
        }
        if (root.at("source").has("directory")) {
            problems.add(
                    approval.at("not").place(),
                    "`authors` are not known: the source is a directory",
                    "release from git, or take it out");
        }
    }

    private static String people(int number) {
        return number == 1 ? "one person" : number + " people";
    }
}
