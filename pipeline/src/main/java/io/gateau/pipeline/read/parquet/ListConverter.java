package io.gateau.pipeline.read.parquet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import java.util.function.Consumer;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.Type;

/**
 * A list as a JSON array, also of writers that left out the level in which an element may be null
 * (rules of backward compatibility of the Parquet format, "Lists").
 */
final class ListConverter extends GroupConverter {

  private final Consumer<JsonNode> to;
  private final Converter repeated;
  private ArrayNode array;

  /** Whether the group holds one repeated field and nothing else. */
  static boolean isList(GroupType list) {
    return list.getFieldCount() == 1 && list.getType(0).isRepetition(Type.Repetition.REPEATED);
  }

  ListConverter(GroupType list, Converters converters, Consumer<JsonNode> to) {
    this.to = to;
    Type child = list.getType(0);
    boolean isElement =
        child.isPrimitive()
            || child.asGroupType().getFieldCount() != 1
            || child.asGroupType().getType(0).isRepetition(Type.Repetition.REPEATED)
            || child.getName().equals("array")
            || child.getName().equals(list.getName() + "_tuple");
    Consumer<JsonNode> add = value -> array.add(value);
    this.repeated =
        isElement
            ? converters.of(child, add)
            : new Element(child.asGroupType().getType(0), converters, add);
  }

  @Override
  public Converter getConverter(int field) {
    return repeated;
  }

  @Override
  public void start() {
    array = JsonNodeFactory.instance.arrayNode();
  }

  @Override
  public void end() {
    to.accept(array);
  }

  /** The level between a list and its elements. */
  private static final class Element extends GroupConverter {
    private final Consumer<JsonNode> to;
    private final Converter value;
    private JsonNode element = NullNode.getInstance();

    Element(Type type, Converters converters, Consumer<JsonNode> to) {
      this.to = to;
      this.value = converters.of(type, node -> element = node);
    }

    @Override
    public Converter getConverter(int field) {
      return value;
    }

    @Override
    public void start() {
      element = NullNode.getInstance();
    }

    @Override
    public void end() {
      to.accept(element);
    }
  }
}
