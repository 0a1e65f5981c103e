package dev.slipway.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.temporal.activity.ActivityInterface;
import io.temporal.workflow.WorkflowInterface;
import java.text.SimpleDateFormat;
import java.util.Calendar;
import java.util.Date;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Random;
import java.util.Set;

/** What must not be crossed in this module. */
@AnalyzeClasses(packages = "dev.slipway", importOptions = ImportOption.DoNotIncludeTests.class)
class WorkflowsArchitectureTest {

    private static final String[] WORKFLOW_CODE = {
        "dev.slipway.release..", "dev.slipway.environment..", "dev.slipway.rollback.."
    };

    private static final Set<String> CLOCKS = Set.of("now", "systemUTC", "systemDefaultZone", "tickSeconds");

    private static final DescribedPredicate<JavaCall<?>> READING_A_CLOCK = DescribedPredicate.describe(
            "the reading of a clock",
            call -> call.getTargetOwner().getPackageName().startsWith("java.time")
                            && CLOCKS.contains(call.getTarget().getName())
                    || call.getTargetOwner().isEquivalentTo(System.class)
                            && Set.of("currentTimeMillis", "nanoTime", "getenv", "getProperty")
                                    .contains(call.getTarget().getName()));

    private static final DescribedPredicate<JavaCall<?>> RANDOMNESS =
            DescribedPredicate.describe("randomness", call -> Set.of("randomUUID", "newNonce", "random")
                    .contains(call.getTarget().getName()));

    @ArchTest
    static final ArchRule workflowCodeReadsNoClock =
            noClasses().that().resideInAnyPackage(WORKFLOW_CODE).should().callCodeUnitWhere(READING_A_CLOCK);

    @ArchTest
    static final ArchRule workflowCodeRollsNoDice =
            noClasses().that().resideInAnyPackage(WORKFLOW_CODE).should().callCodeUnitWhere(RANDOMNESS);

    @ArchTest
    static final ArchRule workflowCodeTouchesNoThreadAndNoWorld = noClasses()
            .that()
            .resideInAnyPackage(WORKFLOW_CODE)
            .should()
            .dependOnClassesThat(
                    resideInAnyPackage("java.io..", "java.net..", "java.nio..", "java.sql..", "java.util.concurrent..")
                            .and(DescribedPredicate.describe(
                                    "except what every record and every lambda needs",
                                    type -> !type.getName().equals("java.io.Serializable"))))
            .orShould()
            .dependOnClassesThat()
            .belongToAnyOf(Thread.class, Process.class, ProcessBuilder.class, Runtime.class, Random.class);

    @ArchTest
    static final ArchRule workflowCodeKeepsNoOrderThatAnotherRunWouldNotHave = noClasses()
            .that()
            .resideInAnyPackage(WORKFLOW_CODE)
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(HashMap.class, HashSet.class, IdentityHashMap.class);

    @ArchTest
    static final ArchRule nothingHereKnowsAVendor = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "okhttp3..",
                    "java.sql..",
                    "javax.sql..",
                    "org.postgresql..",
                    "org.flywaydb..",
                    "java.net.http..",
                    "com.zaxxer..",
                    "io.micrometer..",
                    "ch.qos.logback..");

    @ArchTest
    static final ArchRule workflowsKnowNobodyElse =
            noClasses().should().dependOnClassesThat().resideInAnyPackage("dev.slipway.worker..", "dev.slipway.cli..");

    @ArchTest
    static final ArchRule theRecordKnowsNoTemporal = noClasses()
            .that()
            .resideInAnyPackage(
                    "dev.slipway.record..", "dev.slipway.plan..", "dev.slipway.trust..", "dev.slipway.watch..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.temporal..");

    @ArchTest
    static final ArchRule aPlanDoesNotKnowTheFileThatItWasReadFrom = noClasses()
            .that()
            .resideInAPackage("dev.slipway.plan")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.slipway.plan.reading..");

    @ArchTest
    static final ArchRule nobodyPrints =
            noClasses().should().accessField(System.class, "out").orShould().accessField(System.class, "err");

    @ArchTest
    static final ArchRule nobodyUsesOldDates = noClasses()
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(Date.class, Calendar.class, SimpleDateFormat.class);

    @ArchTest
    static final ArchRule workflowInterfacesAreNamedSo =
            classes().that().areAnnotatedWith(WorkflowInterface.class).should().haveSimpleNameEndingWith("Workflow");

    @ArchTest
    static final ArchRule activityInterfacesAreNamedSo =
            classes().that().areAnnotatedWith(ActivityInterface.class).should().haveSimpleNameEndingWith("Activities");

    @ArchTest
    static final ArchRule onlyWorkflowsAndActivitiesAreImplemented = classes()
            .that()
            .haveSimpleNameEndingWith("Impl")
            .should()
            .beAssignableTo(DescribedPredicate.describe(
                    "a workflow or activity interface", type -> type.getAllRawInterfaces().stream()
                            .anyMatch(each -> each.isAnnotatedWith(WorkflowInterface.class)
                                    || each.isAnnotatedWith(ActivityInterface.class))));

    /** A package-private one is an IllegalAccessException that is retried for ever. */
    @ArchTest
    static final ArchRule workflowImplementationsArePublic =
            classes().that().haveSimpleNameEndingWith("WorkflowImpl").should().bePublic();

    @ArchTest
    static final ArchRule nothingStaticHasState =
            fields().that().areStatic().should().beFinal();

    @ArchTest
    static final ArchRule noMethodOfARecordLooksLikeABeanProperty = methods()
            .that()
            .areDeclaredInClassesThat()
            .areRecords()
            .and()
            .doNotHaveModifier(JavaModifier.STATIC)
            .should()
            .haveNameNotMatching("get[A-Z].*");
}
