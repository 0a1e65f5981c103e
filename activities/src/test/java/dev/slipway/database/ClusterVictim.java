package dev.slipway.database;

/** The main of a JVM that is killed while it has a cluster. */
final class ClusterVictim {

    private ClusterVictim() {}

    public static void main(String[] args) throws InterruptedException {
        ThrowAwayCluster cluster = ThrowAwayCluster.start();
        System.out.println(cluster.url("postgres"));
        Thread.currentThread().join();
    }
}
