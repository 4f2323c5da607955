package io.gateau.pipeline.read.parquet;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.Consumer;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.schema.Type;

/** Makes what turns the values of a column into JSON; columns inside others need it again. */
@FunctionalInterface
interface Converters {

  /** Hands on the values of a column, one at a time; how often it is repeated is not looked at. */
  Converter of(Type type, Consumer<JsonNode> to);
}
