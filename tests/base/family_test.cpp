// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/base/family.hpp"

#include <gmock/gmock.h>

#include "tests/support/errors.hpp"

namespace ansatz {

struct ShapeOptions {
  std::int64_t width = 0;
  Extents kernel = {3};
  double slope = 0.01;
  std::string padding = "same";
  bool bias = true;
  std::optional<double> limit = {};
};
template <>
inline constexpr auto option_rows<ShapeOptions> =
    std::to_array<Option<ShapeOptions>>({{"width", &ShapeOptions::width, "channels", at_least(0)},
                                         {"kernel", &ShapeOptions::kernel, "extents", at_least(1)},
                                         {"slope", &ShapeOptions::slope, "below 0", from_below(0, 1)},
                                         {"padding", &ShapeOptions::padding, "at the edges", {}, "same|valid"},
                                         {"bias", &ShapeOptions::bias, "whether there is one"},
                                         {"limit", &ShapeOptions::limit, "on the norm", above(0)}});

namespace test {
namespace {

using testing::ElementsAre;

struct Made {
  Named named;
  ShapeOptions options;
};
Made make(ShapeOptions o) { return {named("layer", o), o}; }
Made nothing(NoOptions) { return {{"none"}, {}}; }

const Family<Made>& family() {
  static const Family<Made> all("thing",
                                {member("layer", make, "a layer", {"Dense"}), member("none", nothing, "none")});
  return all;
}

TEST(Families, MakeValuesFromTextsWithArgumentsByPlaceAndByName) {
  const Made made = family().make("layer 16 3x5 slope=0.25 padding=valid bias=no limit=3");
  EXPECT_EQ(made.options.width, 16);
  EXPECT_THAT(made.options.kernel, ElementsAre(3, 5));
  EXPECT_EQ(made.options.slope, 0.25);
  EXPECT_EQ(made.options.padding, "valid");
  EXPECT_FALSE(made.options.bias);
  EXPECT_EQ(made.options.limit, 3.0);
}

TEST(Families, GiveTheTextThatReadsBackAsTheSameValue) {
  const Made made = make({.width = 8, .slope = 0.1});
  EXPECT_EQ(made.named.text(), "layer width=8 slope=0.1");
  EXPECT_EQ(family().make(made.named.text()).named, made.named);
  EXPECT_EQ(family().make(made.named.full_text()).named, made.named);
  EXPECT_EQ(family().make("Dense 8 slope=0.1").named, made.named) << "an alias means the same";
  EXPECT_EQ(family().make("LAY_ER 8 slope=0.1").named, made.named) << "so does another spelling";
  EXPECT_FALSE(family().make("layer 8").named == made.named);
}

TEST(Families, AnswerUnknownNamesWithTheNearestAndAll) {
  EXPECT_EQ(error_of<ArgumentError>([] { family().make("layr 3"); }),
            "there is no thing \"layr\"; did you mean 'layer'?; there are layer, none");
  EXPECT_EQ(error_of<ArgumentError>([] { family().make("layer witdh=3"); }),
            "[layer] there is no argument 'witdh'; did you mean 'width'?; there are width, kernel, slope, padding, "
            "bias, limit");
  EXPECT_EQ(error_of<ArgumentError>([] { family().make("none 3"); }), "[none] \"3\" was given; it takes no arguments");
}

TEST(Families, RefuseWhatIsOutOfRangeOrNoValue) {
  EXPECT_EQ(error_of<ArgumentError>([] { make({.slope = 1.0}); }),
            "[layer] slope = 1 was given; 0 ≤ slope < 1 is expected");
  EXPECT_EQ(error_of<ArgumentError>([] { make({.slope = std::nan("")}); }),
            "[layer] slope = nan was given; 0 ≤ slope < 1 is expected");
  EXPECT_EQ(error_of<ArgumentError>([] { family().make("layer 99999999999999999999"); }),
            "[layer] width = 99999999999999999999 was given; a whole number from -9223372036854775808 to "
            "9223372036854775807 is expected");
  EXPECT_EQ(error_of<ArgumentError>([] { family().make("layer 3 padding=full"); }),
            "[layer] padding = \"full\" was given; one of same|valid is expected");
  EXPECT_EQ(error_of<ArgumentError>([] { family().make("layer 3 3y3"); }),
            "[layer] kernel = 3y3 was given; whole numbers like 3 or 3x3 is expected");
  EXPECT_EQ(error_of<ArgumentError>([] { family().make("layer 3 width=4"); }), "[layer] width was given twice");
  EXPECT_EQ(error_of<ArgumentError>([] { family().make("layer width=4 3"); }),
            "the thing \"layer width=4 3\" has the value \"3\" after one with a name; name=value is expected");
  EXPECT_EQ(error_of<ArgumentError>([] { family().make("  "); }),
            "an empty text was given for the thing; its name is expected");
  EXPECT_EQ(error_of<ArgumentError>([] { family().make("layer 'x"); }),
            "the thing \"layer 'x\" has a quote ' that stays open");
}

TEST(Families, NoteThatANameIsAnotherHere) {
  EXPECT_EQ(family().note("layer 3"), "");
  EXPECT_EQ(family().note("Layer 3"), "Layer is called layer here");
  EXPECT_EQ(family().note("DENSE 3 slope=0.5"), "DENSE is called layer here");
  EXPECT_THROW(family().note("lair"), ArgumentError);
}

TEST(Families, TellWhetherATextGivesAnArgument) {
  EXPECT_TRUE(family().gives("layer slope=0.5", "slope"));
  EXPECT_TRUE(family().gives("layer 8 3x3 0.5", "slope")) << "by its place";
  EXPECT_TRUE(family().gives("dense 8", "width"));
  EXPECT_FALSE(family().gives("layer 8 3x3", "slope"));
  EXPECT_FALSE(family().gives("none", "slope"));
}

TEST(TextsInARow, AreSplitAtCommasThatNothingEncloses) {
  EXPECT_THAT(split_texts("adam epochs=100, lbfgs evaluations=500", "optimizer"),
              ElementsAre("adam epochs=100", "lbfgs evaluations=500"));
  EXPECT_THAT(split_texts("a (b, (c, d)), 'e, f' g,\"h,'\",i", "network"),
              ElementsAre("a (b, (c, d))", "'e, f' g", "\"h,'\"", "i"));
  EXPECT_THAT(split_texts(" \t relu \n", "network"), ElementsAre("relu"));
  EXPECT_THAT(split_texts(" ", "network"), ElementsAre());
}

TEST(TextsInARow, AreRefusedWhereSomethingIsMissing) {
  const auto refused = [](const char* text) { return error_of<ArgumentError>([&] { split_texts(text, "network"); }); };
  EXPECT_EQ(refused("a,,b"), "the network \"a,,b\" has nothing before the comma at position 3");
  EXPECT_EQ(refused(" , a"), "the network \" , a\" has nothing before the comma at position 2");
  EXPECT_EQ(refused("a, "), "the network \"a, \" has nothing after the comma at position 2");
  EXPECT_EQ(refused("a (b, c"), "the network \"a (b, c\" has a parenthesis at position 3 that stays open");
  EXPECT_EQ(refused("a) (b"), "the network \"a) (b\" has a parenthesis at position 2 that was not opened");
  EXPECT_EQ(refused("a 'b, c"), "the network \"a 'b, c\" has a quote ' that stays open");
}

TEST(Families, SayWhatTheirMembersTake) {
  const auto& parameters = family().find("layer").parameters;
  ASSERT_EQ(parameters.size(), 6U);
  EXPECT_EQ(parameters[1].name, "kernel");
  EXPECT_EQ(parameters[1].kind, "extents");
  EXPECT_EQ(parameters[1].fallback, "3");
  EXPECT_EQ(parameters[5].fallback, "none");
}

}  // namespace
}  // namespace test
}  // namespace ansatz
