package io.gateau.planted.real;

import java.util.Optional;

/**
 * A record of a corpus: a document, a question about it and the answer.
 *
 * @param id of the record
 * @param source where it came from, if it says so
 * @param context the document
 * @param instruction the question
 * @param response the answer
 */
public record SourceRecord(
    String id, Optional<String> source, String context, String instruction, String response) {}
