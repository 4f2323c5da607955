package io.gateau.score;

import java.io.Serializable;

/**
 * The fixed text around a sample. Each piece is encoded on its own, so that the response has the
 * same tokens in every pass: docs/method.md, "A sample".
 *
 * @param prefix before the context
 * @param beforeInstruction between context and instruction
 * @param beforeResponse between instruction and response
 */
public record PromptTemplate(String prefix, String beforeInstruction, String beforeResponse)
    implements Serializable {
  /** The template of the published GATEAU scripts. */
  public static final PromptTemplate GATEAU =
      new PromptTemplate("### Input: ", "\n\n ### Instruction: ", "\n\n ### Response: ");

  public PromptTemplate {
    if (prefix == null || beforeInstruction == null || beforeResponse == null) {
      throw new IllegalArgumentException("a piece of the prompt template is null");
    }
  }

  /** The instruction with the text around it: everything between context and response. */
  public String aroundInstruction(String instruction) {
    return beforeInstruction + instruction + beforeResponse;
  }
}
