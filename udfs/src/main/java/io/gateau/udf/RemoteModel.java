package io.gateau.udf;

import io.gateau.model.checkpoint.ModelException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.EtagSource;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.util.functional.FutureIO;

/**
 * A model folder on any of Hadoop's file systems: its JSON and safetensors files as they were when
 * it was listed.
 */
final class RemoteModel {
  private static final String JSON = ".json";
  private static final String SAFETENSORS = ".safetensors";
  private static final String SINGLE = "model" + SAFETENSORS;
  private static final String INDEX = SINGLE + ".index" + JSON;

  private static final String READ_POLICY = "fs.option.openfile.read.policy";
  private static final String WHOLE_FILE = "whole-file";

  private final String url;
  private final FileSystem fileSystem;
  private final List<FileStatus> files;

  private RemoteModel(String url, FileSystem fileSystem, List<FileStatus> files) {
    this.url = url;
    this.fileSystem = fileSystem;
    this.files = files;
  }

  /**
   * Lists a folder.
   *
   * @throws ModelException if it does not exist, or has no safetensors
   * @throws IOException if the file system cannot be read
   */
  static RemoteModel list(String url, Configuration hadoop) throws IOException {
    org.apache.hadoop.fs.Path folder = new org.apache.hadoop.fs.Path(url);
    FileSystem fileSystem = folder.getFileSystem(hadoop);
    try {
      List<FileStatus> files =
          Arrays.stream(fileSystem.listStatus(folder))
              .filter(FileStatus::isFile)
              .sorted(Comparator.comparing(RemoteModel::name))
              .toList();
      if (files.stream().noneMatch(file -> name(file).endsWith(SAFETENSORS))) {
        throw new ModelException(
            "%s has no safetensors, but %s; only safetensors are read, since a pickle can run code: save the model with safe_serialization=True"
                .formatted(
                    url, files.stream().map(RemoteModel::name).collect(Collectors.joining(", "))));
      }
      return new RemoteModel(url, fileSystem, files);
    } catch (FileNotFoundException e) {
      throw new ModelException(
          "model directory %s does not exist; give the folder that holds config.json"
              .formatted(url),
          e);
    }
  }

  /** A digest of the names, lengths and ETags of the files; of times where there are no ETags. */
  String version() {
    return DigestUtils.sha256Hex(
            files.stream().map(RemoteModel::describe).collect(Collectors.joining("\n")))
        .substring(0, 16);
  }

  private static String describe(FileStatus file) {
    String tag =
        file instanceof EtagSource source && source.getEtag() != null
            ? source.getEtag()
            : Long.toString(file.getModificationTime());
    return String.join("\t", name(file), Long.toString(file.getLen()), tag);
  }

  /**
   * Copies what a model needs of the files.
   *
   * @throws IOException if it cannot be read, the disk is full, or a file has another length now
   */
  void copyTo(Path directory) throws IOException {
    List<FileStatus> small = files.stream().filter(file -> name(file).endsWith(JSON)).toList();
    copy(small, directory);
    List<FileStatus> weights = weights(directory);
    long bytes = weights.stream().mapToLong(FileStatus::getLen).sum();
    long free = Files.getFileStore(directory).getUsableSpace();
    if (bytes > free) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "it has %,d bytes of weights and the disk has room for %,d; name a folder on a larger one with %s",
              bytes,
              free,
              FetchedModels.CACHE));
    }
    copy(weights, directory);
  }

  /** The single file or, if there is none, the files that the index names. */
  private List<FileStatus> weights(Path directory) throws IOException {
    List<FileStatus> single = files.stream().filter(file -> name(file).equals(SINGLE)).toList();
    Path index = directory.resolve(INDEX);
    if (!single.isEmpty() || !Files.exists(index)) {
      return single;
    }
    String text = Files.readString(index);
    List<FileStatus> shards = new ArrayList<>();
    for (FileStatus file : files) {
      if (name(file).endsWith(SAFETENSORS) && text.contains('"' + name(file) + '"')) {
        shards.add(file);
      }
    }
    return shards;
  }

  private void copy(List<FileStatus> some, Path directory) throws IOException {
    try {
      some.parallelStream().forEach(file -> copy(file, directory.resolve(name(file))));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private void copy(FileStatus file, Path target) {
    try (InputStream in = open(file)) {
      long copied = Files.copy(in, target);
      if (copied != file.getLen()) {
        throw new IOException(
            "%s/%s has %d bytes, and had %d when it was listed; start again when nobody writes to it"
                .formatted(url, name(file), copied, file.getLen()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Fails on stores with ETags if the file is another one by now. */
  private InputStream open(FileStatus file) throws IOException {
    return FutureIO.awaitFuture(
        fileSystem
            .openFile(file.getPath())
            .opt(READ_POLICY, WHOLE_FILE)
            .withFileStatus(file)
            .build());
  }

  private static String name(FileStatus file) {
    return file.getPath().getName();
  }
}
