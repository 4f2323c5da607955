package io.gateau.pipeline.read.parquet;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.Type;

/** A row or a struct as a JSON object with all fields in their order. */
final class StructConverter extends GroupConverter {

  private final GroupType type;
  private final Consumer<ObjectNode> to;
  private final List<Converter> fields = new ArrayList<>();
  private ObjectNode object;

  StructConverter(GroupType type, Converters converters, Consumer<ObjectNode> to) {
    this.type = type;
    this.to = to;
    for (Type field : type.getFields()) {
      String name = field.getName();
      fields.add(
          field.isRepetition(Type.Repetition.REPEATED)
              ? converters.of(field, value -> ((ArrayNode) object.get(name)).add(value))
              : converters.of(field, value -> object.set(name, value)));
    }
  }

  @Override
  public Converter getConverter(int field) {
    return fields.get(field);
  }

  @Override
  public void start() {
    object = JsonNodeFactory.instance.objectNode();
    for (Type field : type.getFields()) {
      if (field.isRepetition(Type.Repetition.REPEATED)) {
        object.putArray(field.getName());
      } else {
        object.putNull(field.getName());
      }
    }
  }

  @Override
  public void end() {
    to.accept(object);
  }
}
