package io.gateau.udf;

import io.gateau.chat.InstructionAt;
import java.io.Serial;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.catalyst.expressions.Expression;

/** Makes the expression of a call of {@code gateau_chat}. */
final class ChatBuilder extends FunctionBuilder {
  @Serial private static final long serialVersionUID = 1;

  @Override
  Expression expression(List<Expression> arguments) throws FunctionException {
    if (arguments.isEmpty() || arguments.size() > 2) {
      throw new FunctionException(
          ChatFunction.NAME,
          "it takes a chat and, if wanted, 'last' or 'first'; %d arguments were given"
              .formatted(arguments.size()));
    }
    Expression chat = arguments.get(0);
    Optional<String> fault = ChatNodes.fault(chat.dataType());
    if (fault.isPresent()) {
      throw new FunctionException(ChatFunction.NAME, fault.get());
    }
    return new ChatFunction(
        chat, arguments.size() == 1 ? InstructionAt.LAST : instruction(arguments.get(1)));
  }

  private static InstructionAt instruction(Expression argument) throws FunctionException {
    if (!ConstantArguments.isConstant(argument)) {
      throw new FunctionException(
          ChatFunction.NAME,
          "the place of the instruction is no constant; write 'last' (the usual setting) or 'first'");
    }
    try {
      return InstructionAt.of(ConstantArguments.text(argument).orElse("NULL"));
    } catch (IllegalArgumentException e) {
      throw new FunctionException(ChatFunction.NAME, e.getMessage());
    }
  }
}
