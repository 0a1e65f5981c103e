package dev.slipway.plan.reading;

import dev.slipway.plan.ReleasePlan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A checkout of the shop in memory, with whatever plan file a test wants in it. */
public final class Shop implements PlanSource {

    public static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
    public static final PlanRequest PRODUCTION = new PlanRequest("production", "1.4.0", COMMIT);

    private final Map<String, byte[]> files = new TreeMap<>();

    public Shop(String plan) {
        this(plan.getBytes(StandardCharsets.UTF_8));
    }

    public Shop(byte[] plan) {
        files.put("slipway.yaml", plan);
        with("switch", "#!/bin/sh\n");
        with("db/migration/V1__products.sql", "create table product (id int);");
        with("db/migration/V2__orders.sql", "create table orders (id int);");
        with("db/migration/R__views.sql", "create view v as select 1;");
        with("db/misnamed/V1__products.sql", "select 1;");
        with("db/misnamed/V2_orders.sql", "select 1;");
        with("db/numbered/0001_products.sql", "select 1;");
        with("db/numbered/0001_products.down.sql", "select 1;");
        with("db/numbered/seed.sql", "select 1;");
        with("db/counted/01_b.sql", "select 1;");
        with("db/counted/1_a.sql", "select 1;");
        with("db/folders/20240101000000_products/migration.sql", "select 1;");
        with("db/folders/migration_lock.toml", "provider = 'postgresql'");
        with("db/folders/loose.sql", "select 1;");
        with("db/twice/V1__products.sql", "select 1;");
        with("db/twice/V01__orders.sql", "select 1;");
        with("linked/switch", "behind a link");
    }

    public Shop with(String path, String text) {
        files.put(path, text.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    public static String plan(String name) {
        try (var plan = Shop.class.getResourceAsStream("/plans/" + name)) {
            return new String(plan.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static ReleasePlan production() {
        PlanReading reading = new PlanReader().read(new Shop(plan("shop.yaml")), PRODUCTION);
        return reading.plan().orElseThrow(() -> new AssertionError(reading.problems()));
    }

    public static Stream<Path> broken() {
        Path folder = Path.of("src/test/resources/plans/broken");
        try (Stream<Path> files = Files.list(folder)) {
            return new ArrayList<>(files.sorted().toList()).stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Kind kind(String path) {
        if (path.equals("linked")) {
            return Kind.SYMLINK;
        }
        return PlanSource.of(files).kind(path);
    }

    @Override
    public Optional<byte[]> read(String path) {
        return Optional.ofNullable(files.get(path));
    }

    @Override
    public List<String> list(String folder) {
        return PlanSource.of(files).list(folder);
    }
}
