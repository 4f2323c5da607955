/**
 * Planted data: documents of plain English that hide facts, and questions whose true dependence on
 * the document is known. It imports the JDK and Jackson only, so that training, scoring and
 * evaluation share one grammar and one vocabulary. Start with {@link
 * io.gateau.planted.PlantedSamples}, which makes the samples to score, then {@link
 * io.gateau.planted.TrainingTexts}, which makes the texts that the embedded pair is trained on.
 */
package io.gateau.planted;
