package io.gateau.jobs.settings;

import io.gateau.chat.InstructionAt;
import io.gateau.pipeline.read.record.ReadConfig;
import java.util.List;

/** Which samples are read, how chats are split, and where the results go. */
public final class InputOutputKeys {
  public static final Setting<List<String>> INPUT =
      Setting.named("input")
          .in(Section.INPUT)
          .flag("--input")
          .label("PATH")
          .parsedBy(Parsers.several(InputOutputKeys::checkedInput))
          .describedAs(
              "Samples: files, folders or globs of JSON lines, JSON or Parquet, or table:NAME for a"
                  + " table of Spark. May be repeated.");

  public static final Setting<String> OUTPUT =
      Setting.named("output")
          .in(Section.OUTPUT)
          .flag("--output")
          .label("DIR")
          .parsedBy(Parsers.path())
          .describedAs(
              "Folder for signals, scores, selected and rejected rows, and manifest.json.");

  public static final Setting<InstructionAt> INSTRUCTION =
      Setting.named("read.instruction")
          .in(Section.READING)
          .flag("--instruction")
          .label("WHERE")
          .defaultsTo(InstructionAt.LAST.code())
          .parsedBy(Parsers.named(InstructionAt::of))
          .describedAs(
              "In chats: which paragraph of the last user turn is the instruction: %s."
                  .formatted(Parsers.codes(InstructionAt.class)));

  public static final Setting<Integer> MAX_LINE_BYTES =
      Setting.named("read.max-line-bytes")
          .in(Section.READING)
          .label("N")
          .defaultsTo(ReadConfig.DEFAULT_MAX_LINE_BYTES)
          .parsedBy(Parsers.integer(InputOutputKeys::checkMaxLineBytes))
          .describedAs("Longer lines are rejected.");

  public static final Setting<Boolean> ALLOW_DAMAGED =
      Setting.named("read.allow-damaged")
          .in(Section.READING)
          .flag("--allow-damaged")
          .label("BOOLEAN")
          .defaultsTo("false")
          .fallsBackTo("true")
          .parsedBy(Parsers.trueOrFalse())
          .describedAs(
              "Of a damaged .gz or .zst file read what stands before the damage, true or false; the"
                  + " flag alone means true.");

  public static final Setting<Integer> LIMIT =
      Setting.named("read.limit")
          .in(Section.READING)
          .flag("--limit")
          .label("N")
          .defaultsTo(ReadConfig.NO_LIMIT)
          .parsedBy(Parsers.integer(InputOutputKeys::checkLimit))
          .describedAs(
              "Take the first N records only, by the names of the files, for a try; 0: all.");

  /** All input and output settings, in the order of the help. */
  static final List<Setting<?>> ALL =
      List.of(INPUT, INSTRUCTION, MAX_LINE_BYTES, ALLOW_DAMAGED, LIMIT, OUTPUT);

  private InputOutputKeys() {}

  private static List<String> checkedInput(List<String> paths) {
    return new ReadConfig(paths, InstructionAt.LAST, ReadConfig.DEFAULT_MAX_LINE_BYTES).input();
  }

  private static void checkMaxLineBytes(int bytes) {
    new ReadConfig(List.of("any"), InstructionAt.LAST, bytes);
  }

  private static void checkLimit(int records) {
    ReadConfig.of("any").withLimit(records);
  }
}
