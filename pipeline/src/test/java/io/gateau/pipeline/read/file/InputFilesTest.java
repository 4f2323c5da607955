package io.gateau.pipeline.read.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.pipeline.testing.TestFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InputFilesTest {

  @TempDir Path folder;

  private List<InputFile> find(String... inputs) {
    return InputFiles.find(
        Arrays.stream(inputs).map(i -> i.contains(":") ? i : folder.resolve(i).toString()).toList(),
        new Configuration());
  }

  private List<String> names(String... inputs) {
    return find(inputs).stream().map(InputFile::name).toList();
  }

  private String refusal(String input) {
    return assertThrows(InputException.class, () -> find(input)).getMessage();
  }

  private void touch(String... names) throws IOException {
    for (String name : names) {
      TestFiles.write(folder, name, "");
    }
  }

  @Test
  void aDirectoryIsReadRecursivelyWithoutHiddenNamesAndUnknownExtensions() throws IOException {
    touch("d/b.jsonl", "d/a/c.JSON.GZ", "d/a/e.ndjson.zst", "d/f.parquet", "d/README.md");
    touch("d/.hidden.jsonl", "d/_SUCCESS", "d/_temporary/g.jsonl", "d/a/.git/h.json", "d/x.gz");

    assertEquals(List.of("a/c.JSON.GZ", "a/e.ndjson.zst", "b.jsonl", "f.parquet"), names("d"));
    assertEquals(
        List.of(
            InputFormat.JSON_GZIP, InputFormat.JSON_ZSTD, InputFormat.JSON, InputFormat.PARQUET),
        find("d").stream().map(InputFile::format).toList());
  }

  @Test
  void aHiddenFolderOrFileNamedOutrightIsRead() throws IOException {
    touch("_d/a.jsonl", "_d/_b.jsonl", "_a.parquet");

    assertEquals(List.of("a.jsonl"), names("_d"));
    assertEquals(List.of("_b.jsonl"), names("_d/_b.jsonl"));
    assertEquals(List.of("_a.parquet"), names("_a.parquet"));
  }

  @Test
  void aGlobMatchesFilesAndDirectories() throws IOException {
    touch("a1.jsonl", "a2.jsonl", "_a3.jsonl", "a4/x.json", "a5.txt", "b.jsonl");
    touch("_temporary/c.jsonl", ".git/d.json");

    assertEquals(List.of("a1.jsonl", "a2.jsonl", "x.json", "b.jsonl"), names("*"));
    assertEquals(List.of("a1.jsonl", "a2.jsonl", "x.json"), names("a*"));
    assertEquals(List.of("a1.jsonl", "b.jsonl"), names("{a1,b}.jsonl"));
  }

  @Test
  void aNameWithGlobCharactersThatExistsIsMeantLiterally() throws IOException {
    touch("a[1].jsonl", "a1.jsonl", "sp ace%20.jsonl");

    assertEquals(List.of("a[1].jsonl"), names("a[1].jsonl"));
    assertEquals(folder.resolve("sp ace%20.jsonl").toString(), find("sp ace*").get(0).path());
  }

  @Test
  void aFileFoundTwiceIsReadOnce() throws IOException {
    touch("d/a.jsonl");

    assertEquals(List.of("a.jsonl"), names("d", "d/a.jsonl", "d/*", folder.toUri() + "d"));
  }

  @Test
  void filesOfOneNameTakeTheirFoldersInFront() throws IOException {
    touch("p/x/a.jsonl", "p/y/a.jsonl", "q/x/a.jsonl", "p/x/b.jsonl");

    // One folder more makes x/a, y/a, x/a; the two alike take another.
    assertEquals(
        List.of("p/x/a.jsonl", "b.jsonl", "y/a.jsonl", "q/x/a.jsonl"), names("p/x", "p/y", "q/x"));
    assertEquals(List.of("x/a.jsonl", "y/a.jsonl"), names("p/x/a.jsonl", "p/y/a.jsonl"));
  }

  @Test
  void aMissingPathNamesWhatIsNear() throws IOException {
    touch("train.jsonl", "Train.json", "other.jsonl");
    String wanted = folder.resolve("trian.jsonl").toString();

    assertEquals(
        "the input %s does not exist; did you mean train.jsonl or Train.json in the same folder?"
            .formatted(wanted),
        refusal("trian.jsonl"));
    assertEquals(
        "the input %s does not exist; its folder %s has nothing of a similar name"
            .formatted(folder.resolve("zzzzzzzz"), folder),
        refusal("zzzzzzzz"));
    assertEquals(
        "the input %s does not exist, nor does its folder %s; check the path"
            .formatted(folder.resolve("no/a.jsonl"), folder.resolve("no")),
        refusal("no/a.jsonl"));
    assertTrue(refusal("none*.jsonl").startsWith("the input " + folder.resolve("none*.jsonl")));
  }

  @Test
  void unknownExtensionsAndFoldersWithoutDataAreRefused() throws IOException {
    touch("a.csv", "a.txt", "d/README.md", "e/_a.jsonl");
    Files.createDirectories(folder.resolve("f"));

    assertEquals(
        "the input %s has an unknown extension; rename it to one of .jsonl, .ndjson, .json (each also .gz or .zst) and .parquet"
            .formatted(folder.resolve("a.txt")),
        refusal("a.txt"));
    assertTrue(
        refusal("a.csv")
            .endsWith(
                "write it as Parquet, such as with duckdb -c \"copy (from 'a.csv') to 'a.csv.parquet'\""),
        refusal("a.csv"));
    for (String input : List.of("d", "e", "f", "*.csv")) {
      assertEquals(
          "the input %s holds no file that can be read; known extensions are .jsonl, .ndjson, .json (each also .gz or .zst) and .parquet (names starting with _ or . are passed over)"
              .formatted(folder.resolve(input)),
          refusal(input));
    }
  }

  @Test
  void anUnknownSchemeIsRefusedWithItsName() {
    String message = refusal("nosuch://host/a.jsonl");

    assertEquals(
        "cannot list the input nosuch://host/a.jsonl: No FileSystem for scheme \"nosuch\"; check the path, its scheme and your access to it",
        message);
  }

  @Test
  void whatIsNoRegularFileIsPassedOverAndRefusedByName() throws Exception {
    touch("d/a.jsonl");
    String pipe = folder.resolve("d/pipe.jsonl").toString();
    assertEquals(0, new ProcessBuilder("mkfifo", pipe).start().waitFor());

    assertEquals(List.of("a.jsonl"), names("d"));
    assertEquals(List.of("a.jsonl"), names("d/*"));
    touch("d/notes.txt", "d/_SUCCESS", "d/.git/x");
    for (String input : List.of("d", "d/*")) {
      assertEquals(
          List.of(folder.resolve("d/notes.txt").toString(), pipe),
          InputFiles.passedOver(List.of(folder.resolve(input).toString()), new Configuration()));
    }
    assertEquals(
        "the input %s is no regular file but a pipe, socket or device; write its bytes to a file, and name that"
            .formatted(pipe),
        refusal("d/pipe.jsonl"));
  }

  @Test
  void aFolderThatHoldsALinkToItsParentIsReadOnce() throws IOException {
    touch("d/a.jsonl", "d/sub/b.jsonl", "other/c.jsonl");
    Files.createSymbolicLink(folder.resolve("d/sub/up"), folder.resolve("d"));
    Files.createSymbolicLink(folder.resolve("d/away"), folder.resolve("other"));
    Files.createSymbolicLink(folder.resolve("d/0.jsonl"), folder.resolve("d/sub/b.jsonl"));
    Files.createSymbolicLink(folder.resolve("d/gone.jsonl"), folder.resolve("d/nothing"));
    Files.createSymbolicLink(folder.resolve("link"), folder.resolve("d"));

    assertEquals(List.of("a.jsonl", "away/c.jsonl", "sub/b.jsonl"), names("d"));
    assertEquals(List.of("a.jsonl", "away/c.jsonl", "sub/b.jsonl"), names("link"));
    assertEquals(List.of("0.jsonl"), names("d/0.jsonl"));
    assertEquals(List.of("b.jsonl"), names("d/sub/b.jsonl", "d/0.jsonl"));
  }

  @Test
  void aNameMayHoldAColonButNotBesideAGlob() throws IOException {
    touch("d/a:1.jsonl", "d/b.jsonl", "d/sub:x/c.jsonl");

    assertEquals(List.of("a:1.jsonl", "b.jsonl", "sub:x/c.jsonl"), names("d"));
    Files.delete(folder.resolve("d/sub:x/c.jsonl"));
    Files.delete(folder.resolve("d/sub:x"));
    String file = folder.resolve("d/a:1.jsonl").toString();
    assertEquals(file, find(file).get(0).path());
    assertEquals(
        "the input %s cannot be matched, because Hadoop's globs cannot read the file name a:1.jsonl with its colon; rename that file, or name the folder instead of a glob"
            .formatted(folder.resolve("d/a*.jsonl")),
        refusal("d/a*.jsonl"));
    assertEquals(
        "the input a:1.jsonl has a colon in its first name, which would make it a scheme; begin it with / or ./",
        refusal("a:1.jsonl"));
  }
}
