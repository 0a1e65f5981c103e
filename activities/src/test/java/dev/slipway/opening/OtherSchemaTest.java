package dev.slipway.opening;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.database.migrations.AppliedFile;
import dev.slipway.database.migrations.KeptSchema;
import dev.slipway.database.migrations.SchemaPicture;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OtherSchemaTest {

    private static final AppliedFile BASELINE = new AppliedFile("3", "<< Flyway Baseline >>", "");

    private static AppliedFile file(String version) {
        return new AppliedFile(version, "V" + version + "__step.sql", "a".repeat(64));
    }

    private static OtherSchema staging(SchemaPicture picture, AppliedFile... applied) {
        List<AppliedFile> all = List.of(applied);
        return new OtherSchema("staging", new KeptSchema("1.0.0", Instant.EPOCH, Optional.of(all), picture), all);
    }

    private static OtherSchema staging(AppliedFile... applied) {
        return staging(new SchemaPicture(15, List.of()), applied);
    }

    @Test
    void whatABaselineStandsForIsMissingOnNeitherSide() {
        assertThat(staging(file("1"), file("2"), file("3"), file("10"))
                        .migrations(List.of(BASELINE, file("10")), List.of()))
                .isEmpty();
        assertThat(staging(BASELINE, file("10"))
                        .migrations(List.of(file("1"), file("2"), file("3")), List.of(file("10"))))
                .isEmpty();
        assertThat(staging(file("1"), file("4")).migrations(List.of(BASELINE), List.of()))
                .singleElement()
                .asString()
                .startsWith("V4__step.sql is applied in staging, and neither applied nor pending here");
    }

    @Test
    void aFileWhoseTextNobodyKnowsIsNotAnother() {
        assertThat(staging(new AppliedFile("1", "V1__step.sql", "")).migrations(List.of(file("1")), List.of()))
                .isEmpty();
    }

    @Test
    void namesNoMoreThanPeopleRead() {
        AppliedFile[] many = new AppliedFile[20];
        for (int i = 0; i < many.length; i++) {
            many[i] = file(String.valueOf(i + 1));
        }

        assertThat(staging(many).migrations(List.of(), List.of()))
                .singleElement()
                .asString()
                .contains("V8__step.sql and 12 more are applied in staging");
    }

    @Test
    void saysThatTwoServersMayPrintOneDefinitionInTwoWays() {
        OtherSchema there = staging(new SchemaPicture(16, List.of("view public.v\t1", "column public.t.a\tinteger")));

        assertThat(there.objects(
                        new SchemaPicture(15, List.of("view public.v\t2", "column public.t.a\ttext not null"))))
                .containsExactly(
                        "column public.t.a is text not null here, and integer in staging, view public.v is another"
                                + " (here is PostgreSQL 15, there 16: what is another may only be printed in another way): write a"
                                + " migration of what is right, or take back what was changed by hand");
        assertThat(there.objects(new SchemaPicture(15, List.of("view public.v\t1", "column public.t.a\tinteger"))))
                .isEmpty();
    }
}
