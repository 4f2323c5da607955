package io.gateau.udf;

import io.gateau.chat.ChatReader;
import io.gateau.chat.InstructionAt;
import io.gateau.chat.SampleText;
import java.io.Serial;
import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenContext;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenFallback;
import org.apache.spark.sql.catalyst.expressions.codegen.ExprCode;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.unsafe.types.UTF8String;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * {@code gateau_chat(chat [, 'last' | 'first'])}: a chat as context, instruction and response,
 * split as the reader of files splits it; null where the reader rejects it.
 *
 * <p>It works on Spark's own values, so that bytes that are no UTF-8 are seen. It is public because
 * Spark copies expressions by reflection.
 */
public final class ChatFunction extends Expression implements CodegenFallback, Serializable {
  /** How the function is called in SQL. */
  static final String NAME = "gateau_chat";

  @Serial private static final long serialVersionUID = 1;

  private final Expression child;
  private final InstructionAt instruction;
  private transient ChatReader reader;

  /**
   * A call.
   *
   * @param child the chat, of a type in which {@link ChatNodes#fault} finds none
   * @param instruction which paragraph of the last user turn is the instruction
   */
  public ChatFunction(Expression child, InstructionAt instruction) {
    this.child = child;
    this.instruction = instruction;
  }

  @Override
  public Seq<Expression> children() {
    return CollectionConverters.asScala(List.of(child)).toSeq();
  }

  @Override
  public Expression withNewChildrenInternal(IndexedSeq<Expression> children) {
    return new ChatFunction(children.head(), instruction);
  }

  @Override
  public boolean foldable() {
    return child.foldable();
  }

  @Override
  public DataType dataType() {
    return DataTypes.createStructType(
        new StructField[] {
          DataTypes.createStructField("context", DataTypes.StringType, false),
          DataTypes.createStructField("instruction", DataTypes.StringType, false),
          DataTypes.createStructField("response", DataTypes.StringType, false)
        });
  }

  @Override
  public boolean nullable() {
    return true;
  }

  @Override
  public String prettyName() {
    return NAME;
  }

  @Override
  public Object eval(InternalRow row) {
    if (!(child.eval(row) instanceof ArrayData chat)
        || !(child.dataType() instanceof ArrayType type)) {
      return null;
    }
    return ChatNodes.of(chat, type.elementType())
        .flatMap(nodes -> reader().read(nodes, ChatNodes.fields(nodes), fault -> {}))
        .filter(text -> text.fault().isEmpty())
        .map(ChatFunction::row)
        .orElse(null);
  }

  private static InternalRow row(SampleText text) {
    return new GenericInternalRow(
        new Object[] {
          UTF8String.fromString(text.context()),
          UTF8String.fromString(text.instruction()),
          UTF8String.fromString(text.response())
        });
  }

  private ChatReader reader() {
    if (reader == null) {
      reader = new ChatReader(instruction);
    }
    return reader;
  }

  @Override
  public ExprCode doGenCode(CodegenContext context, ExprCode code) {
    return CodegenFallback.super.doGenCode(context, code);
  }

  @Override
  public int productArity() {
    return 2;
  }

  @Override
  public Object productElement(int i) {
    return i == 0 ? child : instruction;
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof ChatFunction;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ChatFunction call
        && child.equals(call.child)
        && instruction == call.instruction;
  }

  @Override
  public int hashCode() {
    return Objects.hash(child, instruction);
  }
}
