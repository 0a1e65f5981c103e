package dev.slipway.restore;

import java.util.stream.Stream;

/**
 * What people call a backup.
 *
 * @param address where its dump lies: a path, or {@code s3://bucket/key}
 */
public record BackupName(String address) {

    public static BackupName of(String address) {
        return new BackupName(address);
    }

    /** The file's name without its ending. */
    public String text() {
        return Stream.of(".dump", ".dir")
                .filter(file()::endsWith)
                .findFirst()
                .map(ending -> file().substring(0, file().length() - ending.length()))
                .orElse(file());
    }

    /** Whether somebody who wrote this means it. */
    public boolean means(String wanted) {
        return wanted.equals(text()) || wanted.equals(file()) || wanted.equals(address);
    }

    private String file() {
        return address.substring(address.lastIndexOf('/') + 1);
    }
}
