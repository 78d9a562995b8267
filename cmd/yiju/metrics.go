package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"yiju/analysis/indicator"
	"yiju/analysis/indicator/metric"
)

func newMetricsCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "metrics [ID]",
		Short:   a.say("列出标准可用的指标算法；给出标识则说明其公式和参数", "List the metrics that a standard may name; with an id, its formula and parameters"),
		Example: "  yiju metrics\n  yiju metrics walk.reach_share",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 1 {
				return a.explainMetric(args[0])
			}
			var rows [][]string
			for _, m := range metric.All() {
				rows = append(rows, []string{m.ID + "  " + m.Title.In(a.lang), m.Unit})
			}
			for _, line := range align(rows) {
				fmt.Fprintln(a.stdout, line)
			}
			return nil
		},
	}
}

// explainMetric prints all that is to be known of a metric by somebody who writes a
// profile.
func (a *app) explainMetric(id string) error {
	m, ok := metric.ByID(id)
	if !ok {
		return unknownMetric(a, id)
	}
	fmt.Fprintf(a.stdout, "%s  %s\n%s\n", m.ID, m.Title.In(a.lang), m.Definition.In(a.lang))
	rows := [][]string{
		{a.say("单位", "unit"), strings.TrimSpace(m.Unit + " " + m.Of)},
		{a.say("出处", "source"), m.Source.In(a.lang)},
		{a.say("所用图层", "layers"), strings.Join(m.Layers, ", ")},
	}
	for _, p := range m.Params {
		what := p.Title.In(a.lang)
		if p.Unit != "" {
			what += " (" + p.Unit + ")"
		}
		if p.Optional {
			what += a.say("，可不填", ", may be left out")
		}
		rows = append(rows, []string{a.say("参数 ", "parameter ") + p.Name, what})
	}
	for _, row := range rows {
		fmt.Fprintf(a.stdout, "  %s: %s\n", row[0], row[1])
	}
	return nil
}

// unknownMetric names those that hold what was asked for, else those that are written
// much like it.
func unknownMetric(a *app, id string) error {
	var ids, holding []string
	for _, m := range metric.All() {
		ids = append(ids, m.ID)
		if strings.Contains(m.ID, id) {
			holding = append(holding, m.ID)
		}
	}
	if len(holding) == 0 {
		holding = indicator.Nearest(id, ids)
	}
	what := a.say("没有指标算法 ", "there is no metric ") + id
	if len(holding) > 0 {
		what += a.say("；可能是 ", "; perhaps ") + strings.Join(holding, ", ")
	}
	return usageError{errors.New(what)}
}
