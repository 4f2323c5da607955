package io.gateau.model;

import java.io.Serializable;

/**
 * The fixed text around a sample. Each piece is encoded on its own, so that the response has the
 * same tokens in every pass: METHOD, token pieces.
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

  /** The text between context and response. */
  public String middle(String instruction) {
    return beforeInstruction + instruction + beforeResponse;
  }
}
