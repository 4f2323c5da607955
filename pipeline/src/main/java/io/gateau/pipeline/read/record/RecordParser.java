package io.gateau.pipeline.read.record;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.gateau.chat.ChatFields;
import io.gateau.chat.ChatReader;
import io.gateau.chat.InstructionAt;
import io.gateau.chat.JsonTypes;
import io.gateau.chat.SampleText;
import java.util.Set;
import java.util.TreeSet;

/**
 * One JSON text to one sample, as columns, as {@code messages}, as {@code conversations}, or as
 * {@code prompt} and {@code completion}.
 *
 * <p>The JSON is read strictly: nothing after the value, no duplicate keys, no NaN, at most {@value
 * #MAX_DEPTH} levels. Null counts as missing. The shape is {@code messages} if that field is there,
 * else {@code conversations}, else {@code prompt} and {@code completion} if both are there and no
 * shape of columns is whole, else columns.
 */
public final class RecordParser {

  /** Deeper nesting than this is broken JSON; a chat with text parts needs five levels. */
  static final int MAX_DEPTH = 100;

  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxStringLength(ReadConfig.LIMIT)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** The two columns shapes: the field of each part, explicit first. */
  private static final Columns EXPLICIT = new Columns("context", "instruction", "response");

  private static final Columns ALPACA = new Columns("input", "instruction", "output");

  private static final String SETTING = ", from `[^`]*`";

  private final ChatReader chatReader;

  private record Columns(String context, String instruction, String response) {
    boolean isWhole(JsonNode record) {
      return present(record) == 3;
    }

    int present(JsonNode record) {
      int n = 0;
      for (String field : new String[] {context, instruction, response}) {
        n += record.hasNonNull(field) ? 1 : 0;
      }
      return n;
    }
  }

  /** A parser that takes the instruction of a chat from this paragraph. */
  public RecordParser(InstructionAt instruction) {
    this.chatReader = new ChatReader(instruction);
  }

  /** The record of this JSON text, with a rejection if it is no good sample. */
  public ParsedRecord parse(String text) {
    try {
      return parse(JSON.readTree(text));
    } catch (JsonProcessingException e) {
      return ParsedRecord.rejected(new Rejection(RejectionReason.BROKEN_JSON, describe(e)));
    }
  }

  /** The record of this JSON value; it may hold NaN, infinities and bytes, which are no text. */
  public ParsedRecord parse(JsonNode record) {
    RecordDraft draft = new RecordDraft();
    if (!record.isObject()) {
      draft.reject(
          RejectionReason.WRONG_TYPE,
          "the record is %s, not an object%s"
              .formatted(
                  JsonTypes.describe(record),
                  record.isArray()
                      ? "; arrays of records are read only at the beginning of a file named .json"
                      : ""));
      return draft.finish();
    }
    readId(record, draft);
    readSource(record, draft);
    if (record.hasNonNull("messages")) {
      readChat(record, ChatFields.MESSAGES, draft);
    } else if (record.hasNonNull("conversations")) {
      readChat(record, ChatFields.CONVERSATIONS, draft);
    } else if (record.hasNonNull(ChatReader.PROMPT)
        && record.hasNonNull(ChatReader.COMPLETION)
        && !EXPLICIT.isWhole(record)
        && !ALPACA.isWhole(record)) {
      chatReader.readPair(record, draft::reject).ifPresent(text -> fill(draft, text));
    } else {
      readColumns(record, draft);
    }
    return draft.finish();
  }

  private static String describe(JsonProcessingException e) {
    // The library names its own settings in some messages.
    String what =
        e.getOriginalMessage().lines().findFirst().orElse("not JSON").replaceAll(SETTING, "");
    return e.getLocation() == null
        ? "not valid JSON: " + what
        : "not valid JSON at character %d: %s".formatted(e.getLocation().getCharOffset() + 1, what);
  }

  private static void readId(JsonNode record, RecordDraft draft) {
    JsonNode id = record.path("id");
    if (id.isTextual()) {
      // An empty id names nothing, so it counts as missing.
      draft.text("id", id.textValue()).filter(s -> !s.isEmpty()).ifPresent(draft::id);
    } else if (id.isIntegralNumber()) {
      draft.id(id.bigIntegerValue().toString());
    } else if (!id.isMissingNode() && !id.isNull()) {
      draft.reject(
          RejectionReason.WRONG_TYPE,
          "id is %s; only a string or an integer can be an id".formatted(JsonTypes.describe(id)));
    }
  }

  private static void readSource(JsonNode record, RecordDraft draft) {
    for (String field : new String[] {"source", "dataset"}) {
      JsonNode source = record.path(field);
      if (source.isTextual()) {
        draft.text(field, source.textValue()).ifPresent(draft::source);
        return;
      }
    }
  }

  private void readChat(JsonNode record, ChatFields fields, RecordDraft draft) {
    chatReader
        .read(record.path(fields.list()), fields, draft::reject)
        .ifPresent(text -> fill(draft, text));
  }

  private static void fill(RecordDraft draft, SampleText text) {
    draft.context(text.context());
    draft.instruction(text.instruction());
    draft.response(text.response());
  }

  private static void readColumns(JsonNode record, RecordDraft draft) {
    boolean alpaca = ALPACA.present(record) > EXPLICIT.present(record);
    Columns columns = alpaca ? ALPACA : EXPLICIT;
    boolean shapeless =
        !record.hasNonNull(columns.context()) && !record.hasNonNull(columns.response());
    if (shapeless) {
      draft.reject(
          RejectionReason.MISSING_FIELD,
          "no known shape: expected messages, or conversations, or prompt + completion, or context + instruction + response, or instruction + input + output; found %s"
              .formatted(fieldNames(record)));
    }
    draft.field(record, columns.context()).ifPresent(draft::context);
    draft.field(record, columns.instruction()).ifPresent(draft::instruction);
    draft.field(record, columns.response()).ifPresent(draft::response);
  }

  private static String fieldNames(JsonNode record) {
    Set<String> names = new TreeSet<>();
    record.fieldNames().forEachRemaining(names::add);
    String all = names.isEmpty() ? "no field" : String.join(", ", names);
    return all.length() <= 200 ? all : all.substring(0, 200) + "...";
  }
}
