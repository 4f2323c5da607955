package io.gateau.pipeline.read.file;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Secrets in settings, paths and messages: passwords, keys, tokens and signatures, which no
 * manifest and no message may show.
 */
public final class Secrets {
  /** Stands in place of a secret. */
  public static final String MASK = "***";

  /** In the name of a setting: its whole value is a secret. */
  private static final Pattern SECRET_KEY =
      Pattern.compile(
          "secret|passw|token|key|credential|signature|[._-]sas[._-]", Pattern.CASE_INSENSITIVE);

  /**
   * A name within a text whose value is a secret, such as {@code fs.s3a.secret.key}; names of
   * Gateau such as {@code max-tokens} and {@code tokenizer} are none.
   */
  private static final String NAME =
      "(?<![\\w.\\-])[\\w.\\-]*(?:secret|passw|token(?!s|iz)|credential|signature|authorization|[._-]sas[._-]"
          + "|(?:access|account|api|private|encryption|secret)[._-]?key)[\\w.\\-]*";

  private static final String VALUE = "(?:\"[^\"]*\"|'[^']*'|[^\\s,;&\"')}]+)";

  /** The parameters of signed URLs of AWS, Azure and Google, whose names do not tell it. */
  private static final String SIGNATURE =
      "[?&](?:sig|[\\w-]*signature|[\\w-]*token|awsaccesskeyid)=";

  /** Up to the first of its two groups a text stays; the rest of the match is a secret. */
  private static final List<Pattern> SECRETS =
      List.of(
          // user:password@ of a URL; container@account of Azure is no secret.
          pattern("((?<![\\w+.-])[\\w+.-]+://[^\\s/:@]*:)[^\\s/@]+(?=@)"),
          pattern("(" + SIGNATURE + ")[^\\s&\"']*"),
          pattern("(\"" + NAME + "\"\\s*:\\s*)\"[^\"]*\""),
          pattern("(\\bauthorization\\s*[:=]\\s*)(?:bearer\\s+|basic\\s+)?[^\\s\"']+"),
          pattern("(" + NAME + "=)" + VALUE),
          // An access key id of AWS, with the secret key that may follow it.
          Pattern.compile(
              "()\\b(?:AKIA|ASIA)[A-Z0-9]{16}\\b(?:[\\s:,;|/]+[A-Za-z0-9/+=]{40}(?![A-Za-z0-9/+=]))?"),
          // An access token of the Hugging Face hub.
          Pattern.compile("()\\bhf_[A-Za-z0-9]{20,}"),
          Pattern.compile(
              "()-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)",
              Pattern.DOTALL));

  private static final Pattern CREDENTIALS =
      pattern("[\\w+.-]+://(?:[^\\s/:@]*:[^\\s/@]+@|\\S*" + SIGNATURE + ").*");

  private Secrets() {}

  private static Pattern pattern(String regex) {
    return Pattern.compile(regex, Pattern.CASE_INSENSITIVE);
  }

  /** The text with every secret in it replaced by {@link #MASK}. */
  public static String masked(String text) {
    String result = text;
    for (Pattern secret : SECRETS) {
      result = secret.matcher(result).replaceAll("$1" + MASK);
    }
    return result;
  }

  /** The value of a setting of Spark or Hadoop: a mask if its name says that it is a secret. */
  public static String maskedSetting(String key, String value) {
    return SECRET_KEY.matcher(key).find() ? MASK : masked(value);
  }

  /**
   * A path or URL without a password or a signature: those would reach manifests and logs.
   *
   * @throws IllegalArgumentException if it has one; the message shows it masked
   */
  public static String requireNone(String path) {
    if (CREDENTIALS.matcher(path).matches()) {
      throw new IllegalArgumentException(
          "%s holds a password or a signature, which manifests and logs would keep; leave it out of the URL and give it to the file system by a setting under spark.conf, the environment or a credential file"
              .formatted(masked(path)));
    }
    return path;
  }
}
