/**
 * Planted data: documents of plain English in which facts are hidden, and questions whose true
 * dependence on the document is known. The JDK and Jackson only, so that training, scoring and
 * evaluation share one grammar and one vocabulary.
 */
package io.gateau.planted;
