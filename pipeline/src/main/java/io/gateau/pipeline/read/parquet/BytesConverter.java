package io.gateau.pipeline.read.parquet;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.PrimitiveConverter;

/** Values that are stored as bytes. */
final class BytesConverter extends PrimitiveConverter {

  private final Function<Binary, JsonNode> node;
  private final Consumer<JsonNode> to;

  BytesConverter(Function<Binary, JsonNode> node, Consumer<JsonNode> to) {
    this.node = node;
    this.to = to;
  }

  @Override
  public void addBinary(Binary value) {
    to.accept(node.apply(value));
  }
}
