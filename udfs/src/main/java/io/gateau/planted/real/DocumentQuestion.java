package io.gateau.planted.real;

import java.util.Optional;

/**
 * A question whose answer stands in exactly one sentence of its document.
 *
 * @param id of its record
 * @param source where the record came from, if it says so
 * @param instruction the question, one paragraph, without the answer
 * @param response the answer
 * @param document number of its document in the corpus, from 0
 * @param paragraph number of the paragraph with the answer in the document, from 0
 * @param evidence the sentence with the answer
 */
public record DocumentQuestion(
    String id,
    Optional<String> source,
    String instruction,
    String response,
    int document,
    int paragraph,
    Span evidence) {}
