package io.gateau.udf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.model.checkpoint.Checkpoint;
import io.gateau.model.checkpoint.ModelException;
import io.gateau.testing.TinyCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Copies of models, fetched from a folder that stands for a store. */
final class ModelFolderCacheTest {
  @TempDir Path folder;

  @Test
  void theCopyIsTheModelAndIsMadeOnce() throws IOException {
    Path model = TinyCheckpoint.tied().write(folder.resolve("model"));
    Path copy = cache().directory(url(model));

    assertEquals(Checkpoint.open(model).fingerprint(), Checkpoint.open(copy).fingerprint());
    Path marker = Files.createFile(copy.resolve("not-fetched-again"));
    assertEquals(copy, cache().directory(url(model)));
    assertTrue(Files.exists(marker));
    assertEquals(
        "rwx------",
        PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("cache"))));
  }

  @Test
  void aChangedModelIsFetchedAnew() throws IOException {
    Path model = TinyCheckpoint.tied().seed(1).write(folder.resolve("model"));
    Path before = cache().directory(url(model));
    TinyCheckpoint.tied().seed(2).write(model);
    Path after = cache().directory(url(model));

    assertNotEquals(before, after);
    assertEquals(Checkpoint.open(model).fingerprint(), Checkpoint.open(after).fingerprint());
    assertNotEquals(Checkpoint.open(before).fingerprint(), Checkpoint.open(after).fingerprint());
  }

  @Test
  void ofShardsThoseThatTheIndexNamesAreFetched() throws IOException {
    Path model = TinyCheckpoint.tied().shards(2).write(folder.resolve("model"));
    Files.write(model.resolve("consolidated.safetensors"), new byte[100]);
    Files.write(model.resolve("pytorch_model.bin"), new byte[100]);
    Files.createDirectory(model.resolve("original"));
    Path copy = cache().directory(url(model));

    assertEquals(Checkpoint.open(model).fingerprint(), Checkpoint.open(copy).fingerprint());
    Set<String> left = names(model);
    left.removeAll(names(copy));
    assertEquals(Set.of("consolidated.safetensors", "pytorch_model.bin", "original"), left);
  }

  @Test
  void whatAKilledProcessLeftIsReplaced() throws IOException {
    Path model = TinyCheckpoint.tied().write(folder.resolve("model"));
    Path copy = cache().directory(url(model));
    Path unfinished = copy.resolveSibling(copy.getFileName() + ".unfinished");
    Files.move(copy, unfinished);
    Files.write(unfinished.resolve("model.safetensors"), new byte[10]);
    Files.write(unfinished.resolve("stray.json"), new byte[10]);

    assertEquals(copy, cache().directory(url(model)));
    assertEquals(names(model), names(copy));
    assertEquals(Checkpoint.open(model).fingerprint(), Checkpoint.open(copy).fingerprint());
    assertFalse(Files.exists(unfinished));
  }

  @Test
  void threadsThatAskAtOnceGetOneCopy() throws Exception {
    Path model = TinyCheckpoint.tied().write(folder.resolve("model"));
    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<Future<Path>> copies = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      copies.add(threads.submit(() -> cache().directory(url(model))));
    }
    threads.shutdown();
    for (Future<Path> copy : copies) {
      assertEquals(copies.get(0).get(), copy.get());
    }
    assertEquals(names(model), names(copies.get(0).get()));
  }

  @Test
  void whatIsNoModelIsRefused() throws IOException {
    String absent = url(folder.resolve("absent"));
    assertEquals(
        "model directory %s does not exist; give the folder that holds config.json"
            .formatted(absent),
        complaint(absent));
    Path pickled = Files.createDirectory(folder.resolve("pickled"));
    Files.write(pickled.resolve("config.json"), new byte[2]);
    Files.write(pickled.resolve("pytorch_model.bin"), new byte[1]);
    assertEquals(
        url(pickled)
            + " has no safetensors, but config.json, pytorch_model.bin; only safetensors are read,"
            + " since a pickle can run code: save the model with safe_serialization=True",
        complaint(url(pickled)));
    assertTrue(complaint("nowhere://x/y").contains("nowhere"), complaint("nowhere://x/y"));
  }

  private String complaint(String url) {
    return assertThrows(ModelException.class, () -> cache().directory(url)).getMessage();
  }

  private ModelFolderCache cache() {
    return new ModelFolderCache(folder.resolve("cache"), new Configuration());
  }

  private static String url(Path directory) {
    return "file://" + directory;
  }

  private static Set<String> names(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries
          .map(entry -> entry.getFileName().toString())
          .filter(name -> !name.endsWith(".crc"))
          .collect(Collectors.toSet());
    }
  }
}
