package io.gateau.pipeline.read;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gateau.chat.InstructionAt;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.pipeline.testing.ReadRows;
import io.gateau.pipeline.testing.SparkTestSession;
import io.gateau.pipeline.testing.TestFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The SQL function gateau_chat beside the reader of files, on the same chats. */
class ChatFunctionTest {
  private static final SparkSession SPARK = SparkTestSession.spark();

  private static final String[] ROLES = {
    "user", "human", "assistant", "gpt", "system", "tool", "poet", "User", ""
  };

  private static final String[] TEXTS = {
    "", " ", "doc", "ask", "doc\n\nask", "\n\nask", "ask\n\n", "a\n\nb\n\nc", "\ud834\udd1e \u00e9"
  };

  @TempDir Path folder;

  /** Chats of up to five turns, many of which no reader takes; null stands for a missing value. */
  private static List<ObjectNode> chats(String list, String speaker, String text) {
    Random random = new Random(14);
    List<ObjectNode> records = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      ObjectNode record = JsonNodeFactory.instance.objectNode().put("id", "%03d".formatted(i));
      ArrayNode turns = record.putArray(list);
      int size = random.nextInt(6);
      for (int j = 0; j < size; j++) {
        // Most speakers take turns, so that many chats are good.
        String role =
            random.nextInt(8) == 0 ? ROLES[random.nextInt(ROLES.length)] : ROLES[2 * (j % 2)];
        String words = TEXTS[random.nextInt(TEXTS.length)];
        turns
            .addObject()
            .put(speaker, random.nextInt(60) == 0 ? null : role)
            .put(text, random.nextInt(60) == 0 ? null : words);
      }
      records.add(record);
    }
    return records;
  }

  /** A row of three texts for each chat that is read, and of nulls for one that is rejected. */
  private static List<Row> read(String file, InstructionAt at) {
    return ReadRows.read(new ReadConfig(List.of(file), at, ReadConfig.DEFAULT_MAX_LINE_BYTES))
        .stream()
        .map(
            row ->
                row.getAs(RecordColumns.REASON) == null
                    ? RowFactory.create(
                        row.getAs(RecordColumns.CONTEXT),
                        row.getAs(RecordColumns.INSTRUCTION),
                        row.getAs(RecordColumns.RESPONSE))
                    : RowFactory.create(null, null, null))
        .toList();
  }

  private static List<Row> called(String file, String schema, String call) {
    SPARK.read().schema("id string, " + schema).json(file).createOrReplaceTempView("chats");
    return SPARK
        .sql(
            "SELECT s.context, s.instruction, s.response FROM (SELECT id, %s s FROM chats) ORDER BY id"
                .formatted(call))
        .collectAsList();
  }

  private void assertAgree(List<ObjectNode> chats, String schema, String list, InstructionAt at)
      throws IOException {
    StringBuilder lines = new StringBuilder();
    chats.forEach(chat -> lines.append(chat).append('\n'));
    String file = TestFiles.write(folder, "chats.jsonl", lines.toString());

    List<Row> expected = read(file, at);
    List<Row> found = called(file, schema, "gateau_chat(%s, '%s')".formatted(list, at.code()));

    assertEquals(expected, found);
    long good = expected.stream().filter(row -> !row.isNullAt(0)).count();
    assertTrue(good > 20 && good < chats.size() - 20, "too few chats of a kind: " + good);
  }

  @ParameterizedTest
  @EnumSource(InstructionAt.class)
  void messagesAreSplitAsTheReaderSplitsThem(InstructionAt at) throws IOException {
    assertAgree(
        chats("messages", "role", "content"),
        "messages array<struct<role: string, content: string>>",
        "messages",
        at);
  }

  @ParameterizedTest
  @EnumSource(InstructionAt.class)
  void conversationsAreSplitAsTheReaderSplitsThem(InstructionAt at) throws IOException {
    assertAgree(
        chats("conversations", "from", "value"),
        "conversations array<struct<value: string, mood: int, from: string>>",
        "conversations",
        at);
  }

  @Test
  void turnsMayBeMaps() throws IOException {
    assertAgree(
        chats("messages", "role", "content"),
        "messages array<map<string, string>>",
        "messages",
        InstructionAt.LAST);
    assertAgree(
        chats("conversations", "from", "value"),
        "conversations array<map<string, string>>",
        "conversations",
        InstructionAt.LAST);
  }

  @Test
  void aContentMayBeParts() throws IOException {
    List<ObjectNode> chats = chats("messages", "role", "content");
    Random random = new Random(15);
    for (ObjectNode chat : chats) {
      for (var turn : chat.withArray("messages")) {
        ArrayNode parts = JsonNodeFactory.instance.arrayNode();
        String text = turn.path("content").asText();
        int cut = random.nextInt(text.length() + 1);
        if (cut > 0 && cut < text.length() && Character.isLowSurrogate(text.charAt(cut))) {
          cut--;
        }
        String type = random.nextInt(80) == 0 ? "image" : "text";
        parts.addObject().put("type", "text").put("text", text.substring(0, cut));
        parts.addObject().put("type", type).put("text", text.substring(cut));
        ((ObjectNode) turn).set("content", parts);
      }
    }

    assertAgree(
        chats,
        "messages array<struct<role: string, content: array<struct<type: string, text: string>>>>",
        "messages",
        InstructionAt.LAST);
  }

  @Test
  void withoutASecondArgumentTheLastParagraphIsTheInstruction() {
    Row row =
        SPARK
            .sql(
                "SELECT gateau_chat(array(named_struct('role', 'user', 'content', 'doc\\n\\nask'),"
                    + " named_struct('role', 'assistant', 'content', 'answer'))) AS chat")
            .head();

    assertEquals(RowFactory.create("doc", "ask", "answer"), row.getStruct(0));
    assertEquals(
        "chat STRUCT<context: STRING NOT NULL, instruction: STRING NOT NULL, response: STRING NOT NULL>",
        SPARK
            .sql(
                "SELECT gateau_chat(array(map('role', 'user', 'content', string(id)))) AS chat FROM range(1)")
            .schema()
            .toDDL());
  }

  /* A table format may hold bytes that are no UTF-8; the reader of tables rejects such a row. */
  @ParameterizedTest
  @CsvSource({"61, 0", "FF, 1"})
  void whatIsNoUtf8IsNull(String bytes, int rejected) {
    SPARK
        .sql(
            "SELECT array(named_struct('role', 'user', 'content', concat('doc\\n\\n', cast(unhex('%s') AS STRING))), named_struct('role', 'assistant', 'content', 'answer')) messages FROM range(1)"
                .formatted(bytes))
        .createOrReplaceTempView("chat_bytes");

    assertEquals(
        rejected,
        ReadRows.read("table:chat_bytes").stream()
            .filter(row -> row.getAs(RecordColumns.REASON) != null)
            .count());
    assertEquals(
        rejected,
        SPARK.sql("SELECT * FROM chat_bytes WHERE gateau_chat(messages) IS NULL").count());
  }

  @Test
  void theChatsOfAQueryAreSplitInAnyPlan() {
    SPARK
        .range(6)
        .selectExpr(
            "id",
            "array(map('from', 'human', 'value', concat('doc ', id, '\\n\\nask')), map('from', 'gpt', 'value', if(id = 3, '', 'yes'))) conversations")
        .createOrReplaceTempView("in_memory_chats");

    assertEquals(
        List.of(RowFactory.create("doc 0", 0L), RowFactory.create("doc 1", 1L)),
        SPARK
            .sql(
                "SELECT max(c.context), id FROM (SELECT id, gateau_chat(conversations) c FROM in_memory_chats) WHERE c IS NOT NULL GROUP BY id ORDER BY id LIMIT 2")
            .collectAsList());
    assertEquals(
        List.of(3L),
        SPARK
            .sql("SELECT id FROM in_memory_chats WHERE gateau_chat(conversations, 'first') IS NULL")
            .collectAsList()
            .stream()
            .map(row -> row.getLong(0))
            .toList());
    assertEquals(
        List.of("[doc 5]"),
        SPARK
            .sql(
                "SELECT transform(array(conversations), c -> gateau_chat(c).context) FROM in_memory_chats WHERE id = 5")
            .collectAsList()
            .stream()
            .map(row -> row.getList(0).toString())
            .toList());
  }
}
