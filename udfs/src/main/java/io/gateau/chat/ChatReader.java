package io.gateau.chat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Reads the three texts of a sample from the JSON of a chat. */
public final class ChatReader {
  /** The field of a record that holds what is asked. */
  public static final String PROMPT = "prompt";

  /** The field of a record that holds the answer. */
  public static final String COMPLETION = "completion";

  private final ChatSplit split;

  /** A reader that takes the instruction from this paragraph. */
  public ChatReader(InstructionAt instruction) {
    split = new ChatSplit(instruction);
  }

  /**
   * The texts of a chat, of which one may still be empty ({@link SampleText#fault}).
   *
   * @param chat the array of turns
   * @param fields how the turns are written down
   * @param faults told why there are no texts, if the result is empty
   */
  public Optional<SampleText> read(JsonNode chat, ChatFields fields, Consumer<ChatFault> faults) {
    return split(fields.turns(chat, faults), faults);
  }

  /**
   * The texts of a chat in two fields, {@value #PROMPT} and {@value #COMPLETION}; each is turns, or
   * the text of one turn.
   *
   * @param record with both fields
   * @param faults told why there are no texts, if the result is empty
   */
  public Optional<SampleText> readPair(JsonNode record, Consumer<ChatFault> faults) {
    Optional<List<Turn>> prompt = turns(record, PROMPT, Turn.Role.USER, faults);
    Optional<List<Turn>> completion = turns(record, COMPLETION, Turn.Role.ASSISTANT, faults);
    return split(
        prompt.flatMap(
            asked ->
                completion.map(
                    answered -> Stream.of(asked, answered).flatMap(List::stream).toList())),
        faults);
  }

  private static Optional<List<Turn>> turns(
      JsonNode record, String field, Turn.Role role, Consumer<ChatFault> faults) {
    JsonNode value = record.path(field);
    return value.isArray()
        ? ChatFields.MESSAGES.turns(value, field, faults)
        : TextNodes.string(value, field, faults).map(text -> List.of(new Turn(role, text)));
  }

  private Optional<SampleText> split(Optional<List<Turn>> turns, Consumer<ChatFault> faults) {
    Optional<ChatSplit.Outcome> outcome = turns.map(split::split);
    if (outcome.isPresent() && outcome.get() instanceof ChatSplit.Refused refused) {
      faults.accept(refused.fault());
      return Optional.empty();
    }
    return outcome.map(found -> ((ChatSplit.Split) found).text());
  }
}
