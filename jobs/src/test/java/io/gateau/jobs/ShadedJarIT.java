package io.gateau.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.jobs.testing.BuildOutputs;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShadedJarIT {

  private static JarFile jar;
  private static Set<String> entries;

  @BeforeAll
  static void openJar() throws IOException {
    jar = new JarFile(BuildOutputs.gateauJar().toFile());
    entries = entriesOf(jar);
  }

  @AfterAll
  static void closeJar() throws IOException {
    jar.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "org/apache/",
        "org/slf4j/",
        "scala/",
        "com/fasterxml/",
        "com/google/gson/",
        "com/google/errorprone/",
        "org/junit/"
      })
  void whatSparkSuppliesIsNotInside(String prefix) {
    assertEquals(List.of(), entries.stream().filter(entry -> entry.startsWith(prefix)).toList());
  }

  @Test
  void noClassInsideIsInSparksJarsToo() throws IOException {
    Set<String> twice = new TreeSet<>();
    for (Path sparkJar : BuildOutputs.sparkJars()) {
      try (JarFile file = new JarFile(sparkJar.toFile())) {
        entriesOf(file).stream()
            .filter(entry -> entry.endsWith(".class") && entries.contains(entry))
            .forEach(twice::add);
      }
    }
    assertEquals(Set.of(), twice);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ai/djl/Model.class",
        "ai/djl/pytorch/jni/PyTorchLibrary.class",
        "ai/djl/huggingface/tokenizers/HuggingFaceTokenizer.class",
        "com/sun/jna/Native.class",
        "io/gateau/shaded/gson/Gson.class",
        "me/tongfei/progressbar/ProgressBar.class",
        "org/jline/terminal/Terminal.class",
        "picocli/CommandLine.class",
        "jnilib/linux-x86_64/cpu/libdjl_torch.so",
        "native/lib/linux-x86_64/cpu/libtokenizers.so",
        "META-INF/LICENSE"
      })
  void whatSparkDoesNotSupplyIsInside(String entry) {
    assertTrue(entries.contains(entry), entry);
  }

  @Test
  void libtorchIsInsideWithTheListOfItsFilesThatDjlReads() throws IOException {
    Properties list = new Properties();
    try (InputStream in = jar.getInputStream(entry("native/lib/pytorch.properties"))) {
      list.load(in);
    }
    String folder = "pytorch/%s/%s/".formatted(list.get("flavor"), list.get("classifier"));
    List<String> libraries =
        entries.stream()
            .filter(entry -> entry.startsWith(folder) && entry.contains("libtorch_cpu."))
            .toList();
    assertEquals(1, libraries.size(), "libtorch_cpu in " + folder);
    assertTrue(entry(libraries.get(0)).getSize() > 100_000_000, libraries.get(0));
  }

  @Test
  void theServiceFileNamesThePyTorchAndTheTokenizerEngines() throws IOException {
    List<String> providers =
        text("META-INF/services/ai.djl.engine.EngineProvider").lines().toList();
    assertTrue(providers.contains("ai.djl.pytorch.engine.PtEngineProvider"), providers.toString());
    for (String provider : providers) {
      assertTrue(entries.contains(provider.replace('.', '/') + ".class"), provider);
    }
  }

  @Test
  void noSignatureAndNoModuleDescriptorIsLeft() {
    assertEquals(
        List.of(),
        entries.stream()
            .filter(
                entry ->
                    entry.matches("META-INF/[^/]+\\.(SF|DSA|RSA)")
                        || entry.endsWith("module-info.class"))
            .toList());
  }

  @Test
  void theMainClassIsTheCommandLine() throws IOException {
    assertEquals(
        "io.gateau.jobs.Gateau", jar.getManifest().getMainAttributes().getValue("Main-Class"));
  }

  private static Set<String> entriesOf(JarFile file) {
    Set<String> names = new HashSet<>();
    file.stream()
        .filter(entry -> !entry.isDirectory())
        .forEach(entry -> names.add(entry.getName()));
    return names;
  }

  private static ZipEntry entry(String name) {
    assertTrue(entries.contains(name), name);
    return jar.getEntry(name);
  }

  private static String text(String name) throws IOException {
    try (InputStream in = jar.getInputStream(entry(name))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
