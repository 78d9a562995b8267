package main

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"yiju/geo"
	"yiju/internal/pipeline"
	"yiju/layers"
)

func newLayersCommand(a *app) *cobra.Command {
	all := false
	cmd := &cobra.Command{
		Use:   "layers",
		Short: a.say("列出工作区的图层", "List the layers of a workspace"),
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			p, err := a.openPlace(cmd.Context())
			if err != nil {
				return err
			}
			defer p.Close()
			a.sayPlace(p)
			infos, err := p.store.Layers(cmd.Context())
			if err != nil {
				return err
			}
			w := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', 0)
			fmt.Fprintln(w, a.say("图层\t名称\t类型\t几何\t要素数\t版本", "LAYER\tTITLE\tKIND\tGEOMETRY\tFEATURES\tREVISION"))
			hidden := 0
			for _, info := range infos {
				s := info.Schema
				if !all && (pipeline.OfJudgement(s.Layer) || s.Layer == layers.ScenariosLayer || s.Layer == layers.ScenarioEditsLayer) {
					hidden++
					continue
				}
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%d\t%d\n", s.Layer, s.Title.In(a.lang), s.Kind, shapeList(s.Shapes), info.Count, info.Changed)
			}
			if err := w.Flush(); err != nil || hidden == 0 {
				return err
			}
			fmt.Fprintf(a.stdout, a.say("另有评定所用的图层和保存方案的表 %d 个，用 --all 列出\n", "and %d layers that judgements draw on or scenarios are kept in; --all lists them\n"), hidden)
			return nil
		},
	}
	cmd.Flags().BoolVar(&all, "all", false, a.say("也列出评定所用的图层和保存方案的表", "also list the layers that judgements draw on, and the tables of scenarios"))
	a.scenarioFlag(cmd)
	return cmd
}

func shapeList(shapes []geo.Shape) string {
	if len(shapes) == 0 {
		return "-"
	}
	names := make([]string, len(shapes))
	for i, s := range shapes {
		names[i] = string(s)
	}
	return strings.Join(names, ",")
}
