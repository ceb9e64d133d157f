"""`python -m listenwell`, which is also how torchrun starts it."""

from listenwell.cli.main import main

if __name__ == "__main__":
    main()
