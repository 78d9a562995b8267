package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"yiju/internal/pipeline"
)

func newProfilesCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "profiles [ID]",
		Short: a.say("列出内置标准；给出标识则输出其文件，供复制修改", "List the standards; with an id, print its file to be copied and changed"),
		Example: "  yiju profiles\n" +
			"  yiju profiles shandong-smart-community/growth > my-profile.yaml",
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 1 {
				text, err := pipeline.ProfileText(args[0])
				if err != nil {
					return err
				}
				_, err = a.stdout.Write(text)
				return err
			}
			return a.listProfiles()
		},
	}
}

func (a *app) listProfiles() error {
	profiles, err := pipeline.Profiles()
	if err != nil {
		return err
	}
	var rows [][]string
	for _, p := range profiles {
		requirements := 0
		for _, in := range p.Indicators {
			requirements += len(in.Requirements)
		}
		rows = append(rows, []string{
			p.ID, p.Title.In(a.lang) + " · " + p.TierTitle.In(a.lang),
			fmt.Sprintf(a.say("%d 项指标", "%d indicators"), len(p.Indicators)),
			fmt.Sprintf(a.say("%d 项要求", "%d requirements"), requirements),
		})
	}
	for _, line := range align(rows) {
		fmt.Fprintln(a.stdout, line)
	}
	return nil
}
