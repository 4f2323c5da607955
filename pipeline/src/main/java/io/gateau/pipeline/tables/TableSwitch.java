package io.gateau.pipeline.tables;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gateau.pipeline.read.file.CheckedRename;
import io.gateau.pipeline.read.file.InputException;
import io.gateau.pipeline.read.file.QualifiedPath;
import io.gateau.pipeline.read.file.WholeFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Puts new tables and their manifest in the place of old ones, all or none. A file, the journal,
 * names what is to be moved; once it is there the new tables count. A process that is killed on the
 * way leaves the journal, and the next run does the rest: every step may be done twice.
 *
 * <p>Where a folder is renamed in one step, that is how a table takes its place. Object stores copy
 * each file of a renamed folder, so there files are moved one by one, and the journal names them.
 */
public final class TableSwitch {
  /** The underscore hides it from Spark. */
  private static final String JOURNAL = "_switch.json";

  /** The file with the text that goes with the tables. */
  public static final String MANIFEST = "manifest.json";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final FileSystem fileSystem;
  private final Path folder;

  /**
   * For the tables of a folder.
   *
   * @param folder qualified
   */
  public TableSwitch(FileSystem fileSystem, Path folder) {
    this.fileSystem = fileSystem;
    this.folder = folder;
  }

  /**
   * What is to be done.
   *
   * @param tables path of a table to the path where it is now, both relative to the folder
   * @param files path of a table to the paths of its files, relative to it; on object stores only
   * @param manifest the text of the manifest that goes with the tables
   */
  public record Journal(
      Map<String, String> tables, Map<String, List<String>> files, String manifest) {}

  /**
   * Decides for new tables, and puts them in place.
   *
   * @param staged path of a table, relative to the folder, to where it lies now
   * @param manifest the text of the manifest that goes with them
   */
  public void execute(Map<String, Path> staged, String manifest) throws IOException {
    Map<String, String> tables = new LinkedHashMap<>();
    Map<String, List<String>> files = new LinkedHashMap<>();
    for (Map.Entry<String, Path> table : staged.entrySet()) {
      tables.put(table.getKey(), relative(folder, table.getValue()));
      if (isObjectStore()) {
        files.put(table.getKey(), files(table.getValue()));
      }
    }
    Journal journal = new Journal(tables, files, manifest);
    write(new Path(folder, JOURNAL), JSON.writeValueAsString(journal));
    apply(journal);
  }

  /** Does what a process that was killed has decided and not finished. */
  public void finish() throws IOException {
    Optional<Journal> journal = journal();
    if (journal.isPresent()) {
      apply(journal.get());
    }
  }

  /** What is decided and not finished. */
  public Optional<Journal> journal() throws IOException {
    Path place = new Path(folder, JOURNAL);
    if (!fileSystem.exists(place)) {
      return Optional.empty();
    }
    try (FSDataInputStream in = fileSystem.open(place)) {
      return Optional.of(JSON.readValue(in.readAllBytes(), Journal.class));
    } catch (JsonProcessingException e) {
      throw new InputException(
          "%s is damaged; delete it, and select again".formatted(QualifiedPath.display(place)), e);
    }
  }

  private void apply(Journal journal) throws IOException {
    for (Map.Entry<String, String> table : journal.tables().entrySet()) {
      Path place = new Path(folder, table.getKey());
      Path staged = new Path(folder, table.getValue());
      if (!fileSystem.exists(staged)) {
        continue;
      }
      if (isObjectStore()) {
        moveFiles(staged, place, journal.files().get(table.getKey()));
      } else {
        moveFolder(staged, place);
      }
    }
    write(new Path(folder, MANIFEST), journal.manifest());
    fileSystem.delete(new Path(folder, JOURNAL), false);
  }

  /** Until the new table has the place, the old one has it or is put back. */
  private void moveFolder(Path staged, Path place) throws IOException {
    boolean present = fileSystem.exists(place);
    Path before = HiddenPath.of(place.getParent(), place.getName());
    if (present) {
      CheckedRename.rename(fileSystem, place, before);
    }
    try {
      CheckedRename.rename(fileSystem, staged, place);
    } catch (IOException e) {
      if (present) {
        CheckedRename.rename(fileSystem, before, place);
      }
      throw e;
    }
    fileSystem.delete(before, true);
  }

  /** What is in place and not of the new table goes first; then comes what is still missing. */
  private void moveFiles(Path staged, Path place, List<String> newFiles) throws IOException {
    Set<String> kept = Set.copyOf(newFiles);
    for (String file : files(place)) {
      if (!kept.contains(file)) {
        fileSystem.delete(new Path(place, file), false);
      }
    }
    for (String file : files(staged)) {
      Path to = new Path(place, file);
      fileSystem.mkdirs(to.getParent());
      CheckedRename.rename(fileSystem, new Path(staged, file), to);
    }
    fileSystem.delete(staged, true);
  }

  private boolean isObjectStore() throws IOException {
    return WholeFiles.appearWhenClosed(fileSystem, folder);
  }

  /** Every file below a folder, relative to it; none if it does not exist. */
  private List<String> files(Path place) throws IOException {
    List<String> files = new ArrayList<>();
    if (fileSystem.exists(place)) {
      addFiles(fileSystem.getFileStatus(place), "", files);
    }
    return files;
  }

  private void addFiles(FileStatus place, String name, List<String> files) throws IOException {
    if (place.isFile()) {
      files.add(name);
      return;
    }
    for (FileStatus child : fileSystem.listStatus(place.getPath())) {
      String childName = child.getPath().getName();
      addFiles(child, name.isEmpty() ? childName : name + Path.SEPARATOR + childName, files);
    }
  }

  private static String relative(Path folder, Path path) {
    return folder.toUri().relativize(path.toUri()).getPath();
  }

  /** Until the new file is there the journal has the text of the manifest. */
  private void write(Path place, String text) throws IOException {
    if (!isObjectStore()) {
      fileSystem.delete(place, false);
    }
    WholeFiles.write(fileSystem, place, text.getBytes(StandardCharsets.UTF_8));
  }
}
