package io.gateau.jobs;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What each package may import, and how large packages and files may become. */
final class LayersTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages("io.gateau");

  private static final String[] SPARK = {"org.apache.spark..", "org.apache.hadoop..", "scala.."};

  @Test
  void allPackagesAreSeen() {
    for (String name :
        List.of(
            "math",
            "math.fit",
            "math.text",
            "planted",
            "planted.real",
            "chat",
            "model",
            "model.tokenizer",
            "model.checkpoint",
            "model.torch",
            "model.decoder",
            "score",
            "score.closedbook",
            "train",
            "bench",
            "udf",
            "pipeline",
            "pipeline.read",
            "pipeline.samples",
            "pipeline.signals",
            "pipeline.rank",
            "pipeline.rank.strategy",
            "pipeline.redundancy",
            "pipeline.contamination",
            "pipeline.candidates",
            "pipeline.prune",
            "pipeline.selected",
            "pipeline.evaluate",
            "jobs")) {
      assertTrue(
          CLASSES.stream().anyMatch(type -> type.getPackageName().equals("io.gateau." + name)),
          "no class of io.gateau.%s was found, so nothing is checked".formatted(name));
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
  void plantedDataKnowTheJdkJacksonAndWordsOnly() {
    classes()
        .that()
        .resideInAPackage("io.gateau.planted..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "java..", "com.fasterxml.jackson..", "io.gateau.planted..", "io.gateau.math.text..")
        .because("training, scoring and evaluation share one grammar and one vocabulary")
        .check(CLASSES);
  }

  @Test
  void chatsKnowTheJdkAndJacksonOnly() {
    classes()
        .that()
        .resideInAPackage("io.gateau.chat..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("java..", "com.fasterxml.jackson..", "io.gateau.chat..")
        .because("the reader of files and the SQL function share one set of rules")
        .check(CLASSES);
  }

  @Test
  void checkpointsAreReadWithoutAnEngine() {
    noClasses()
        .that()
        .resideInAPackage("io.gateau.model.checkpoint..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("ai.djl..")
                .and(not(resideInAPackage("ai.djl.huggingface.tokenizers..")))
                .or(
                    resideInAnyPackage(
                        "io.gateau.model", "io.gateau.model.torch..", "io.gateau.model.decoder..")))
        .because("a checkpoint is checked before libtorch is loaded; only its tokenizer is DJL's")
        .check(CLASSES);
  }

  @Test
  void fewPackagesSeeTheDecoder() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "io.gateau.model..", "io.gateau.score..", "io.gateau.train..", "io.gateau.bench..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.gateau.model.decoder..", "io.gateau.model.torch..")
        .because("native memory has one owner; others ask score, train or bench")
        .check(CLASSES);
  }

  @Test
  void libtorchIsCalledByTheModelAndByWhatTrainsAndMeasuresIt() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.gateau.model..", "io.gateau.train..", "io.gateau.bench..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("ai.djl..")
        .because("native memory is owned where it is allocated; others call the decoder")
        .check(CLASSES);
  }

  @Test
  void theEngineKnowsNoSpark() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "io.gateau.model..", "io.gateau.score..", "io.gateau.train..", "io.gateau.bench..")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(SPARK)
                .or(
                    resideInAnyPackage(
                        "io.gateau.udf..", "io.gateau.pipeline..", "io.gateau.jobs..")))
        .because("models are used, trained and measured without a cluster; udf adds Spark")
        .check(CLASSES);
  }

  @Test
  void theSparkFunctionsKnowNoPipeline() {
    noClasses()
        .that()
        .resideInAPackage("io.gateau.udf..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.gateau.pipeline..", "io.gateau.jobs..")
        .because("the functions are used from SQL and notebooks without the pipeline")
        .check(CLASSES);
  }

  @Test
  void thePipelineKnowsNoDjlAndNoDecoder() {
    noClasses()
        .that()
        .resideInAPackage("io.gateau.pipeline..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "ai.djl..", "io.gateau.model.decoder..", "io.gateau.model.torch..", "io.gateau.jobs..")
        .because("a transformation is Dataset to Dataset; models stay behind the Spark functions")
        .check(CLASSES);
  }

  @Test
  void theStepsOfThePipelineKnowNoWholeJob() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "io.gateau.pipeline.read..",
            "io.gateau.pipeline.samples..",
            "io.gateau.pipeline.signals..",
            "io.gateau.pipeline.plan..",
            "io.gateau.pipeline.rank..",
            "io.gateau.pipeline.redundancy..",
            "io.gateau.pipeline.contamination..",
            "io.gateau.pipeline.candidates..",
            "io.gateau.pipeline.prune..",
            "io.gateau.pipeline.selected..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.gateau.pipeline", "io.gateau.pipeline.evaluate..")
        .because("jobs are made of steps, so that a step is read and tested alone")
        .check(CLASSES);
  }

  @Test
  void theTableOfTheSamplesKnowsTheReaderOnly() {
    noClasses()
        .that()
        .resideInAPackage("io.gateau.pipeline.samples..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.gateau..")
                .and(
                    not(
                        resideInAnyPackage(
                            "io.gateau.pipeline.read..", "io.gateau.pipeline.samples.."))))
        .because("which samples there are does not depend on how they are scored or ranked")
        .check(CLASSES);
  }

  @Test
  void theStrategiesKnowNoSpark() {
    noClasses()
        .that()
        .resideInAPackage("io.gateau.pipeline.rank.strategy..")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(SPARK).or(resideInAPackage("io.gateau.pipeline.rank")))
        .because("a formula is read and tested without a data set")
        .check(CLASSES);
  }

  @Test
  void theJobsKnowNoDjlAndNothingBelowKnowsThem() {
    noClasses()
        .that()
        .resideInAPackage("io.gateau.jobs..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("ai.djl..")
        .because("a command line only resolves settings and calls the layers below")
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

  @Test
  void packagesFormNoCycle() {
    slices()
        .matching("io.gateau.(**)")
        .should()
        .beFreeOfCycles()
        .because("a reader starts at a package that needs no other, and goes up from there")
        .check(CLASSES);
  }

  @Test
  void classesFormNoCycle() {
    slices()
        .assignedFrom(new TopLevelClasses())
        .should()
        .beFreeOfCycles()
        .because("of two classes that know each other neither is understood alone")
        .check(CLASSES);
  }

  /** A slice for each top-level class, with the classes nested in it. */
  private static final class TopLevelClasses implements SliceAssignment {
    @Override
    public SliceIdentifier getIdentifierOf(JavaClass type) {
      JavaClass top = type;
      while (top.getEnclosingClass().isPresent()) {
        top = top.getEnclosingClass().get();
      }
      return SliceIdentifier.of(top.getName());
    }

    @Override
    public String getDescription() {
      return "top-level classes";
    }
  }

  /* 25 and 400 are limits for a reader: what one can look over, and what one can read at once. */
  @Test
  void packagesAndFilesStaySmall() throws IOException {
    Map<String, Long> largePackages = new TreeMap<>();
    Map<String, Long> longFiles = new TreeMap<>();
    for (String module : List.of("udfs", "pipeline", "jobs")) {
      Path sources = Path.of("..", module, "src", "main", "java");
      try (Stream<Path> files = Files.walk(sources)) {
        List<Path> java = files.filter(file -> file.toString().endsWith(".java")).toList();
        java.stream()
            .collect(
                Collectors.groupingBy(
                    file -> sources.relativize(file.getParent()).toString(), Collectors.counting()))
            .entrySet()
            .stream()
            .filter(entry -> entry.getValue() > 25)
            .forEach(entry -> largePackages.put(entry.getKey(), entry.getValue()));
        for (Path file : java) {
          try (Stream<String> lines = Files.lines(file)) {
            long count = lines.count();
            if (count > 400) {
              longFiles.put(sources.relativize(file).toString(), count);
            }
          }
        }
      }
    }
    assertEquals(Map.of(), largePackages, "packages of more than 25 files; split them by topic");
    assertEquals(Map.of(), longFiles, "files of more than 400 lines; move a part to its own class");
  }
}
