package io.gateau.planted.real;

/** Why a record of a corpus gives no question. */
public enum PassedOver {
  /** Its answer stands in no sentence of its document as whole words. */
  NOT_IN_DOCUMENT("answer in no sentence of the document"),
  /** Its answer stands in more than one sentence, so that the evidence is not known. */
  IN_SEVERAL_SENTENCES("answer in several sentences"),
  /** Its question holds the answer. */
  IN_QUESTION("answer in the question"),
  /** An earlier record asks the same of the same document and answers it alike. */
  REPEATED("asked by an earlier record");

  private final String words;

  PassedOver(String words) {
    this.words = words;
  }

  /** For people. */
  public String words() {
    return words;
  }
}
