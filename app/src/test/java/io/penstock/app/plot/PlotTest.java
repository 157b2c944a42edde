package io.penstock.app.plot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

class PlotTest {
    private static final List<Double> XS = List.of(100.0, 200.0, 300.0);

    private static Document parse(String svg) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void shouldDrawWellFormedXmlWithEveryLineAndItsName() throws Exception {
        // Given
        Line one = new Line("a <b> & \"c\"", "#123456", true, List.of(0.1, 0.2, 0.3));
        Line two = new Line("two", "#654321", false, List.of(0.3, 0.1, 0.25));

        // When
        Document svg = parse(SvgPlot.draw("Title & more", "requests", "reward", XS, List.of(one, two)));

        // Then
        assertThat(svg.getElementsByTagName("polyline").getLength()).isEqualTo(2);
        assertThat(svg.getDocumentElement().getTextContent())
                .contains("Title & more", "a <b> & \"c\"", "two", "requests", "reward", "0.10", "0.30", "200");
    }

    @Test
    void shouldKeepEveryPointInsideTheFrameAndHigherValuesHigherUp() throws Exception {
        // Given
        Line line = new Line("x", "#000000", true, List.of(-0.5, 0.9, 0.4));

        // When
        Document svg = parse(SvgPlot.draw("t", "x", "y", XS, List.of(line)));

        // Then
        Element polyline = (Element) svg.getElementsByTagName("polyline").item(0);
        String[] points = polyline.getAttribute("points").trim().split("[ ,]");
        double first = Double.parseDouble(points[1]);
        double second = Double.parseDouble(points[3]);
        double third = Double.parseDouble(points[5]);
        assertThat(second).isLessThan(third);
        assertThat(third).isLessThan(first);
        for (String point : points) {
            assertThat(Double.parseDouble(point)).isBetween(0.0, 860.0);
        }
    }

    @Test
    void shouldRefuseLinesOfAnotherLengthAndNumbersThatAreNone() {
        Line shorter = new Line("short", "#000000", true, List.of(1.0, 2.0));
        assertThatThrownBy(() -> SvgPlot.draw("t", "x", "y", XS, List.of(shorter)))
                .hasMessage("line 'short' has 2 values for 3 points");
        assertThatThrownBy(() -> new Line("bad", "#000000", true, List.of(Double.NaN)))
                .hasMessageContaining("'bad' has the value NaN");
    }

    @ParameterizedTest
    @CsvSource({"0.47, 0.91, 0.1", "0, 7169, 2000", "3, 3, 0.1", "-2, 2, 1"})
    void shouldPutTicksAtRoundNumbersThatCoverTheRange(double min, double max, double step) {
        // When
        Axis axis = Axis.over(min, max);

        // Then
        assertThat(axis.step()).isEqualTo(step, within(1e-12));
        assertThat(axis.ticks().get(0)).isLessThanOrEqualTo(min);
        assertThat(axis.ticks().get(axis.ticks().size() - 1)).isGreaterThanOrEqualTo(max - 1e-9);
        assertThat(axis.ticks()).hasSizeBetween(3, 8);
    }

    @Test
    void shouldDrawBandsDotsAndNamesOnALogarithmicAxis() throws Exception {
        // Given
        Curve line = new Curve(
                "line",
                "#123456",
                Curve.Look.DASHED,
                List.of(new Curve.Point(0.01, 1, 0.5, ""), new Curve.Point(10, 2, 0.5, "")));
        Curve dots = new Curve(
                "dots",
                "#654321",
                Curve.Look.DOTS,
                List.of(new Curve.Point(1, 1.5, 0, "one"), new Curve.Point(1, 1.5, 0, "the same place")));
        // When
        Document svg = parse(XyPlot.draw("t", new XyPlot.Label("cost", true), "y", List.of(line, dots)));
        // Then
        assertThat(svg.getElementsByTagName("polygon").getLength()).isEqualTo(1);
        // Two dots and one in the legend.
        assertThat(svg.getElementsByTagName("circle").getLength()).isEqualTo(3);
        assertThat(svg.getDocumentElement().getTextContent()).contains("0.01", "0.1", "one", "cost");
        Element dot = (Element) svg.getElementsByTagName("circle").item(0);
        String[] ends = ((Element) svg.getElementsByTagName("polyline").item(0))
                .getAttribute("points")
                .trim()
                .split("[ ,]");
        double left = Double.parseDouble(ends[0]);
        double right = Double.parseDouble(ends[2]);
        // 1 lies two thirds of the way from 0.01 to 10 when factors count.
        assertThat(Double.parseDouble(dot.getAttribute("cx"))).isCloseTo(left + (right - left) * 2 / 3, within(0.2));
    }

    @Test
    void shouldRefuseALogarithmicAxisThatReachesZero() {
        List<Curve> curves = List.of(new Curve("c", "#000000", Curve.Look.THIN, List.of(new Curve.Point(0, 1))));
        assertThatThrownBy(() -> XyPlot.draw("t", new XyPlot.Label("x", true), "y", curves))
                .hasMessage("a logarithmic axis needs numbers above 0, but has 0.0");
    }

    @Test
    void shouldShowTheCourseOfANumberInBlocks() {
        assertThat(Sparkline.of(List.of(0.0, 0.0, 0.5, 1.0), 4, 0, 1)).isEqualTo("▁▁▅█");
        assertThat(Sparkline.of(List.of(0.0, 0.0, 1.0, 1.0), 2, 0, 1)).isEqualTo("▁█");
        assertThat(Sparkline.of(List.of(-5.0, 9.0), 10, 0, 1)).isEqualTo("▁█");
    }

    @Test
    void shouldAlignColumns() {
        // When
        String table =
                new TextTable("name", "n").row("a", "1").row("bcdef", "100").toString();

        // Then
        assertThat(table).isEqualTo("name     n\na        1\nbcdef  100\n");
        assertThatThrownBy(() -> new TextTable("one").row("a", "b")).hasMessage("a row of 2 cells in a table of 1");
    }
}
