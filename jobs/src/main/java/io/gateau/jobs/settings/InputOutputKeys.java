package io.gateau.jobs.settings;

import static io.gateau.jobs.settings.Section.INPUT_AND_OUTPUT;

import io.gateau.pipeline.read.record.InstructionAt;
import io.gateau.pipeline.read.record.ReadConfig;
import java.util.List;

/** Which samples are read, how chats are split, and where the results go. */
public final class InputOutputKeys {
  public static final Setting<List<String>> INPUT =
      Setting.named("input")
          .in(INPUT_AND_OUTPUT)
          .flag("--input")
          .label("PATH")
          .parsedBy(Parsers.several(InputOutputKeys::checkedInput))
          .describedAs(
              "Samples: files, folders or globs of JSON lines, JSON or Parquet, or table:NAME for a"
                  + " table of Spark. May be repeated.");

  public static final Setting<String> OUTPUT =
      Setting.named("output")
          .in(INPUT_AND_OUTPUT)
          .flag("--output")
          .label("DIR")
          .parsedBy(Parsers.path())
          .describedAs(
              "Folder for signals, scores, selected and rejected rows, and manifest.json.");

  public static final Setting<InstructionAt> INSTRUCTION =
      Setting.named("read.instruction")
          .in(INPUT_AND_OUTPUT)
          .flag("--instruction")
          .label("WHERE")
          .defaultsTo(InstructionAt.LAST.code())
          .parsedBy(Parsers.named(InstructionAt::of))
          .describedAs(
              "In chats: which paragraph of the last user turn is the instruction: %s."
                  .formatted(Parsers.codes(InstructionAt.class)));

  public static final Setting<Integer> MAX_LINE_BYTES =
      Setting.named("read.max-line-bytes")
          .in(INPUT_AND_OUTPUT)
          .label("N")
          .defaultsTo(ReadConfig.DEFAULT_MAX_LINE_BYTES)
          .parsedBy(Parsers.integer(InputOutputKeys::checkMaxLineBytes))
          .describedAs("Longer lines are rejected.");

  public static final Setting<Boolean> ALLOW_DAMAGED =
      Setting.named("read.allow-damaged")
          .in(INPUT_AND_OUTPUT)
          .flag("--allow-damaged")
          .label("BOOLEAN")
          .defaultsTo("false")
          .fallsBackTo("true")
          .parsedBy(Parsers.trueOrFalse())
          .describedAs(
              "Of a damaged .gz or .zst file read what stands before the damage, true or false; the"
                  + " flag alone means true.");

  /** All input and output settings, in the order of the help. */
  static final List<Setting<?>> ALL =
      List.of(INPUT, OUTPUT, INSTRUCTION, MAX_LINE_BYTES, ALLOW_DAMAGED);

  private InputOutputKeys() {}

  private static List<String> checkedInput(List<String> paths) {
    return new ReadConfig(paths, InstructionAt.LAST, ReadConfig.DEFAULT_MAX_LINE_BYTES).input();
  }

  private static void checkMaxLineBytes(int bytes) {
    new ReadConfig(List.of("any"), InstructionAt.LAST, bytes);
  }
}
