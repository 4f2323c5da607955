package io.gateau.pipeline.read.parquet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Consumer;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.Type;

/** A map as a JSON object; keys that are no text become their text. */
final class MapConverter extends GroupConverter {

  private final Consumer<JsonNode> to;
  private final Converter entry;
  private ObjectNode object;

  /** Whether the group holds a repeated group of key and value. */
  static boolean isMap(GroupType map) {
    return ListConverter.isList(map)
        && !map.getType(0).isPrimitive()
        && map.getType(0).asGroupType().getFieldCount() == 2
        && map.getType(0).asGroupType().getFields().stream()
            .noneMatch(field -> field.isRepetition(Type.Repetition.REPEATED));
  }

  MapConverter(GroupType map, Converters converters, Consumer<JsonNode> to) {
    this.to = to;
    this.entry = new Entry(map.getType(0).asGroupType(), converters);
  }

  @Override
  public Converter getConverter(int field) {
    return entry;
  }

  @Override
  public void start() {
    object = JsonNodeFactory.instance.objectNode();
  }

  @Override
  public void end() {
    to.accept(object);
  }

  private final class Entry extends GroupConverter {
    private final Converter[] fields;
    private JsonNode key = NullNode.getInstance();
    private JsonNode value = NullNode.getInstance();

    Entry(GroupType type, Converters converters) {
      fields =
          new Converter[] {
            converters.of(type.getType(0), node -> key = node),
            converters.of(type.getType(1), node -> value = node)
          };
    }

    @Override
    public Converter getConverter(int field) {
      return fields[field];
    }

    @Override
    public void start() {
      key = NullNode.getInstance();
      value = NullNode.getInstance();
    }

    @Override
    public void end() {
      object.set(key.isContainerNode() ? key.toString() : key.asText(), value);
    }
  }
}
