package io.gateau.planted;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** The words that names, facts and filler are made of. No adjective begins with a vowel. */
final class Lexicon {
  /** Towns: what facts in documents are about. */
  static final List<String> TOWNS =
      combined(
          "Al Bren Cor Dal Er Fen Gar Hal Ing Kel Lor Mar Nor Ost Per Ros Sel Tor Ul Wen",
          "wick ford dale by stead mere ham bury ton ley mouth gate");

  /** Countries: what world facts are about; never a town's name. */
  static final List<String> COUNTRIES =
      combined("Arv Bel Cast Dor Est Fal Gal Hest Ist Kor", "elia ovia andria emar");

  /** Things that a value of numbers is asked for; all of two words. */
  static final List<List<String>> NUMBERED =
      pairs(
          "harbour code",
          "bridge code",
          "mill code",
          "bell number",
          "ledger number",
          "lamp number",
          "parish number");

  /** Things that a value of words is asked for. */
  static final List<List<String>> WORDED =
      pairs(
          "night password",
          "tower password",
          "guild password",
          "ferry watchword",
          "castle watchword");

  /** What leads from one name to another. */
  static final List<String> ALLY = List.of("old", "ally");

  static final List<String> NUMBERS = IntStream.range(10, 100).mapToObj(String::valueOf).toList();

  static final List<String> NOUNS =
      words(
          "copper willow heron amber cedar falcon granite ivory jasper kestrel lantern maple nettle"
              + " onyx pepper quartz raven saffron thistle umber velvet walnut yarrow zephyr acorn"
              + " basil clover dahlia ember fennel ginger hazel indigo juniper lilac marble nutmeg"
              + " olive pewter quill rowan sparrow tulip violet wren poppy silver topaz badger"
              + " comet dagger engine feather garnet hammer island jacket kettle laurel mirror"
              + " needle orchid pillar ribbon saddle timber urchin vessel window anchor beacon"
              + " candle dragon eagle fiddle goblet helmet");

  static final List<Topic> TOPICS =
      List.of(
          new Topic(
              "sea",
              "sailor captain pilot fisher diver cook",
              "hauled mended watched lowered painted lost",
              "net rope sail anchorage boat oar barrel buoy",
              "grey salty broken heavy narrow wet",
              "pier reef bay lighthouse shore dock"),
          new Topic(
              "farm",
              "farmer shepherd miller ploughman dairymaid stranger",
              "gathered fed carried sowed counted weighed",
              "wheat barley sheep hay fence plough sack calf",
              "young golden muddy brown ripe thin",
              "field barn meadow orchard stable ditch"),
          new Topic(
              "market",
              "merchant baker tailor buyer clerk beggar",
              "sold bought measured wrapped praised traded",
              "cloth bread cheese spice coin basket apron loaf",
              "cheap fresh costly bright plain dusty",
              "stall square street corner shop counter"),
          new Topic(
              "forest",
              "hunter forester woodcutter ranger hermit child",
              "found followed cut burned hid marked",
              "track branch log mushroom berry nest fox deer",
              "dark green mossy silent hollow wild",
              "glade thicket hill stream cave path"),
          new Topic(
              "school",
              "teacher pupil scholar librarian doctor poet",
              "read wrote copied explained forgot learned",
              "book letter lesson map poem page story riddle",
              "long clever short strange famous torn",
              "library classroom hall garden study attic"),
          new Topic(
              "mountain",
              "climber guide miner goatherd traveller monk",
              "crossed climbed dug reached feared cleared",
              "ridge peak stone snow tunnel cart pick shaft",
              "steep cold white frozen jagged pale",
              "valley summit hut pass cliff chapel"),
          new Topic(
              "kitchen",
              "housekeeper butler guest servant grandmother neighbour",
              "cooked tasted stirred served washed spilled",
              "soup stew cake pudding pot plate cup jam",
              "warm sweet bitter thick round clean",
              "table pantry hearth cellar oven kitchen"),
          new Topic(
              "railway",
              "driver porter guard signalman passenger inspector",
              "stopped loaded repaired missed checked greeted",
              "train wagon ticket trunk whistle signal rail lever",
              "late loud rusty modern slow crowded",
              "station platform viaduct depot yard junction"));

  static final List<String> TIMES =
      words("morning evening winter summer night autumn spring afternoon");
  static final List<String> PREPOSITIONS = words("near behind beside under beyond");
  static final List<String> ADVERBS = words("slowly quietly often rarely gladly carefully again");

  private Lexicon() {}

  /**
   * The words of one subject; in each list the first is the commonest.
   *
   * @param name of the topic
   */
  record Topic(
      String name,
      List<String> people,
      List<String> verbs,
      List<String> objects,
      List<String> adjectives,
      List<String> places) {
    Topic(
        String name,
        String people,
        String verbs,
        String objects,
        String adjectives,
        String places) {
      this(name, words(people), words(verbs), words(objects), words(adjectives), words(places));
    }
  }

  static List<String> words(String line) {
    return List.of(line.split(" "));
  }

  private static List<List<String>> pairs(String... lines) {
    return List.of(lines).stream().map(Lexicon::words).toList();
  }

  private static List<String> combined(String beginnings, String endings) {
    List<String> all = new ArrayList<>();
    for (String beginning : words(beginnings)) {
      for (String ending : words(endings)) {
        all.add(beginning + ending);
      }
    }
    return List.copyOf(all);
  }
}
