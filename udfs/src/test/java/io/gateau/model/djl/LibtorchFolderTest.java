package io.gateau.model.djl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LibtorchFolderTest {
  @TempDir Path root;
  private Path folder;

  @BeforeEach
  void write() throws IOException {
    folder = Files.createDirectories(root.resolve("torch").resolve("lib"));
    Files.createFile(library("torch"));
  }

  @Test
  void aBuildForCudaGetsTheBridgeForCudaAndTheRuntimeOfTheWheel() throws IOException {
    Files.createFile(library("torch_cuda"));
    Properties properties = described(Map.of("PYTORCH_LIBRARY_PATH", folder.toString()));

    assertEquals("cu128", properties.getProperty("PYTORCH_FLAVOR"));
    assertEquals(
        folder + File.pathSeparator + root.resolve("nvidia").resolve("cuda_runtime").resolve("lib"),
        properties.getProperty("jna.library.path"));
  }

  @Test
  void aBuildForCpusGetsTheBridgeForCpus() {
    assertEquals(
        "{PYTORCH_FLAVOR=cpu}",
        described(Map.of("PYTORCH_LIBRARY_PATH", library("torch").toString())).toString());
  }

  @Test
  void whatTheUserSaysStaysAndTwoCallsAreOne() throws IOException {
    Files.createFile(library("torch_cuda"));
    Map<String, String> environment =
        Map.of(
            "PYTORCH_LIBRARY_PATH",
            root.resolve("none") + File.pathSeparator + folder,
            "PYTORCH_FLAVOR",
            "cu129");
    Properties properties = new Properties();
    properties.setProperty("jna.library.path", "/usr/local/cuda/lib64");
    LibtorchFolder.describe(environment, properties);
    LibtorchFolder.describe(environment, properties);

    assertEquals(null, properties.getProperty("PYTORCH_FLAVOR"));
    assertEquals(
        String.join(
            File.pathSeparator,
            "/usr/local/cuda/lib64",
            folder.toString(),
            root.resolve("nvidia").resolve("cuda_runtime").resolve("lib").toString()),
        properties.getProperty("jna.library.path"));
  }

  @Test
  void withoutALibtorchOfTheUserNothingIsSet() {
    assertEquals(Map.of(), described(Map.of()));
    assertEquals(Map.of(), described(Map.of("PYTORCH_LIBRARY_PATH", root.toString())));
  }

  private Path library(String name) {
    return folder.resolve(System.mapLibraryName(name));
  }

  private static Properties described(Map<String, String> environment) {
    Properties properties = new Properties();
    LibtorchFolder.describe(environment, properties);
    return properties;
  }
}
