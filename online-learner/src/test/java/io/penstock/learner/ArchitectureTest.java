package io.penstock.learner;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Clock;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.penstock.learner");

    @Test
    void shouldKnowNeitherKafkaNorAvroNorOtherModules() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.apache..",
                        "io.penstock.schema..",
                        "io.penstock.feature..",
                        "io.penstock.topology..",
                        "io.penstock.connector..",
                        "io.penstock.app..")
                .check(CLASSES);
    }

    @Test
    void shouldNeitherExitNorReadAClock() {
        noClasses().should().callMethod(System.class, "exit", int.class).check(CLASSES);
        noClasses().should().callMethod(Clock.class, "systemUTC").check(CLASSES);
        noClasses().should().callMethod(System.class, "currentTimeMillis").check(CLASSES);
        noClasses().should().callMethod(System.class, "nanoTime").check(CLASSES);
        noClasses()
                .should()
                .dependOnClassesThat()
                .haveNameMatching("java\\.util\\.Random|java\\.util\\.concurrent\\.ThreadLocalRandom")
                .check(CLASSES);
    }

    @Test
    void shouldUseStrictMathWherePlatformsDiffer() {
        // log, exp and pow may differ in the last bit between machines; a replay elsewhere must not.
        for (String name : new String[] {"log", "log1p", "exp", "expm1"}) {
            noClasses().should().callMethod(Math.class, name, double.class).check(CLASSES);
        }
        noClasses()
                .should()
                .callMethod(Math.class, "pow", double.class, double.class)
                .check(CLASSES);
    }
}
