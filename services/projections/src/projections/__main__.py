from projections.commands import main

main()
