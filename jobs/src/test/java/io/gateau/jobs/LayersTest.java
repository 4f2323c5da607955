package io.gateau.jobs;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The layers of the house: each may know those below it. */
final class LayersTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages("io.gateau");

  @Test
  void allLayersAreSeen() {
    for (String layer :
        new String[] {"math", "planted", "model", "train", "udf", "pipeline", "jobs"}) {
      assertTrue(
          CLASSES.stream().anyMatch(type -> type.getPackageName().equals("io.gateau." + layer)),
          "no class of io.gateau." + layer + " was found, so nothing is checked");
    }
  }

  @Test
  void theMathsKnowsTheJdkOnly() {
    classes()
        .that()
        .resideInAPackage("io.gateau.math..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("java..", "io.gateau.math..")
        .because("the method must be readable and testable without Spark or a tensor library")
        .check(CLASSES);
  }

  @Test
  void plantedDataKnowTheJdkAndJacksonOnly() {
    classes()
        .that()
        .resideInAPackage("io.gateau.planted..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("java..", "com.fasterxml.jackson..", "io.gateau.planted..")
        .because("training, scoring and evaluation share one grammar and one vocabulary")
        .check(CLASSES);
  }

  @Test
  void theModelKnowsNoSpark() {
    noClasses()
        .that()
        .resideInAPackage("io.gateau.model..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache..", "scala..", "io.gateau.udf..", "io.gateau.pipeline..")
        .because("the decoder is used and tested without a cluster")
        .check(CLASSES);
  }

  @Test
  void trainingKnowsModelAndPlantedDataOnly() {
    noClasses()
        .that()
        .resideInAPackage("io.gateau.train..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "ai.djl..",
            "org.apache..",
            "scala..",
            "io.gateau.udf..",
            "io.gateau.pipeline..",
            "io.gateau.jobs..")
        .because("a pair is trained without a cluster, and native memory belongs to the model")
        .check(CLASSES);
  }

  @Test
  void thePipelineKnowsNoDjl() {
    noClasses()
        .that()
        .resideInAPackage("io.gateau.pipeline..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("ai.djl..", "io.gateau.jobs..")
        .because("native memory has one owner, the model package")
        .check(CLASSES);
  }

  @Test
  void theJobsKnowNoDjlAndNothingBelowKnowsThem() {
    noClasses()
        .that()
        .resideInAPackage("io.gateau.jobs..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("ai.djl..")
        .because("a command line only puts settings together")
        .check(CLASSES);
    noClasses()
        .that()
        .resideOutsideOfPackage("io.gateau.jobs..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.gateau.jobs..")
        .because("the layers below serve notebooks and other programs too")
        .check(CLASSES);
  }
}
