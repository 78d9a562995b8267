package main

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"yiju/geo"
	"yiju/internal/stores"
)

func newLayersCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "layers",
		Short: a.say("列出工作区的图层", "List the layers of a workspace"),
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			store, err := a.openStore(cmd.Context(), stores.MustExist)
			if err != nil {
				return err
			}
			defer store.Close()
			infos, err := store.Layers(cmd.Context())
			if err != nil {
				return err
			}
			w := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', 0)
			fmt.Fprintln(w, a.say("图层\t名称\t类型\t几何\t要素数\t版本", "LAYER\tTITLE\tKIND\tGEOMETRY\tFEATURES\tREVISION"))
			for _, info := range infos {
				s := info.Schema
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%d\t%d\n", s.Layer, s.Title.In(a.lang), s.Kind, shapeList(s.Shapes), info.Count, info.Changed)
			}
			return w.Flush()
		},
	}
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
