package dev.slipway.source;

import java.util.List;

/** Where a worker reads plans and files from. Reading runs nothing: no filter, no hook, no submodule. */
public interface Source {

    /**
     * The files of a commit, as fetched now.
     *
     * @param commit full commit id; empty for a directory
     * @param path folder of the plan file inside the repository
     * @param branch a branch that the commit has to be on; empty for any that the worker allows
     * @throws SourceRefused where the commit is none of the allowed branches' or unknown
     * @throws SourceUnavailable where the repository does not answer
     */
    SourceTree at(String commit, String path, String branch);

    /** The files of a commit that {@link #at} has judged before; nothing is fetched. */
    SourceTree judged(String commit, String path);

    /**
     * What one commit has that another has not, newest first; empty where that is not known.
     *
     * @param from full commit id of what is live; empty for unknown
     */
    List<Commit> between(String from, String to);

    /**
     * A commit.
     *
     * @param email of who wrote it, as they say
     */
    record Commit(String id, String author, String email, String subject) {}

    /** Whether a plan's {@code source} means this one; a sentence where it doesn't, empty where it does. */
    String differs(String git, String directory);

    /** Shell commands by which a person comes to stand in the folder of the plan file, at this commit. */
    String checkOutByHand(String commit, String path);
}
