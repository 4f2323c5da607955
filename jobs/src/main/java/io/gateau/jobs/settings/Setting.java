package io.gateau.jobs.settings;

import java.util.List;
import java.util.Optional;

/**
 * One thing that a user can set, in the configuration file or by a flag.
 *
 * @param key its place in the file, sections and name joined by dots
 * @param flag the same on the command line; some settings have none
 * @param label what the help shows for the value
 * @param fallback the value when nobody gives one; some settings have none
 * @param bare the value when the flag stands alone; most flags need one behind them
 * @param parser from text to value
 * @param about one sentence for the help
 */
public record Setting<T>(
    Section section,
    String key,
    Optional<String> flag,
    String label,
    Optional<String> fallback,
    Optional<String> bare,
    Parser<T> parser,
    String about) {

  /** From text to a checked value. */
  public interface Parser<T> {
    /**
     * Parses and checks.
     *
     * @param name what the messages call the setting
     * @throws IllegalArgumentException if the text is no such value or out of range; what stands
     *     after the first semicolon of the message is the way out
     */
    T parse(String name, List<String> texts);

    /** Whether the setting takes more than one value. */
    default boolean takesSeveral() {
      return false;
    }
  }

  /** The same, with a meaning for its flag alone. */
  Setting<T> bare(String value) {
    return new Setting<>(section, key, flag, label, fallback, Optional.of(value), parser, about);
  }

  /** The key without its sections: what the records behind the settings call it too. */
  String name() {
    return key.substring(key.lastIndexOf('.') + 1);
  }

  /** Flag and key, as far as there are both, for messages. */
  public String flagOrKey() {
    return flag.orElse(key);
  }

  /**
   * The value of what was given.
   *
   * @throws ConfigException if there is none, with the origin in the message
   */
  T parse(Given given) {
    if (given.texts().size() > 1 && !parser.takesSeveral()) {
      throw new ConfigException(
          name() + " takes one value, not " + given.texts().size() + " (" + given.origin() + ")");
    }
    try {
      return parser.parse(name(), given.texts());
    } catch (IllegalArgumentException e) {
      throw new ConfigException(withOrigin(e.getMessage(), given.origin()), e);
    }
  }

  private static String withOrigin(String message, String origin) {
    int wayOut = message.indexOf(';');
    int at = wayOut < 0 ? message.length() : wayOut;
    return message.substring(0, at) + " (" + origin + ")" + message.substring(at);
  }
}
